import { randomUUID } from 'node:crypto'
import { access, mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Model } from '@carousel/core'
import { describeError, Failure, UsageError } from './errors.ts'
import { beginsAsModel } from './model-file.ts'

/**
 * Makes sure, before hours of training, that a file can be written here, and returns whether there is one to replace:
 * an empty one holds nothing.
 * The folder is tried with a file of its own: permissions alone do not tell (a full quota, a read-only disk).
 */
export async function checkOutput(path: string): Promise<{ replaces: boolean }> {
  const fail = (received: string, todo: string): never => {
    throw new Failure(`${path}: expected a place where a file can be written, received ${received}. ${todo}`)
  }
  const folder = dirname(path)
  const folderIs = await stat(folder).catch(() => undefined)
  if (!folderIs)
    return fail(`a folder that is not there (${folder})`, `Make it (mkdir -p), or name another place.`)
  if (!folderIs.isDirectory()) return fail(`a folder that is a file (${folder})`, 'Name another place.')
  const fileIs = await stat(path).catch(() => undefined)
  if (fileIs && !fileIs.isFile()) return fail('something there that is not a file', 'Name another place.')

  // No shorter than the name under which a model is written before it is renamed.
  const trial = join(folder, `.${basename(path)}.${randomUUID()}.trial`)
  try {
    await (await open(trial, 'wx')).close()
    if (fileIs) await access(path)
  } catch (error) {
    fail(`a refusal (${error instanceof Error ? error.message : error})`, 'Name another place.')
  } finally {
    await rm(trial, { force: true }).catch(() => {})
  }
  return { replaces: fileIs !== undefined && fileIs.size > 0 }
}

/** The same for a model's file. It replaces nothing but a model: one wrong word must not cost anybody's data. */
export async function checkModelOutput(path: string): Promise<void> {
  const { replaces } = await checkOutput(path)
  if (!replaces || (await beginsAsModel(path))) return
  throw new UsageError(
    `--out ${path}: expected a new file or that of a model, received one with something else in it, which would be lost. Name another.`,
  )
}

/** Makes sure that what a command writes is none of the files that it reads. */
export async function refuseInputs(option: string, path: string, inputs: readonly string[]): Promise<void> {
  const out = await fileIdOf(path)
  for (const input of inputs) {
    if (out === undefined || out !== (await fileIdOf(input))) continue
    throw new UsageError(
      `${option} ${path}: expected a file to write, received one that is read (${input}) and would be lost. Name another.`,
    )
  }
}

/** The same for every name of a file, links among them; undefined where there is none. */
async function fileIdOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found && `${found.dev} ${found.ino}`
}

type Savable = Pick<Model, 'save'>

/** Keeps the model's file up to date while it trains. */
export class Keeper {
  readonly #path: string
  readonly #note: (text: string) => void
  /** Until the first save has gone well, and after one that failed. */
  #unsaved: boolean
  #saved = false

  /** @param isThere whether the file holds the model as it is now */
  constructor(path: string, note: (text: string) => void, isThere: boolean) {
    this.#path = path
    this.#note = note
    this.#unsaved = !isThere
  }

  /** Whether the file has been written at all. */
  get saved(): boolean {
    return this.#saved
  }

  /** Saves; a failure (a full disk) is no reason to stop training, since the next time may go well. */
  async checkpoint(model: Savable): Promise<void> {
    try {
      await model.save(this.#path)
      this.#unsaved = false
      this.#saved = true
    } catch (error) {
      this.#unsaved = true
      this.#note(`Not saved: ${describeError(error)}. Training goes on, and the next epoch tries again.`)
    }
  }

  /**
   * After the last checkpoint: now a failure counts. But the training is not lost with it: the model goes to the
   * system's temporary folder.
   */
  async settle(model: Savable): Promise<void> {
    if (this.#unsaved) await this.keep(model)
  }

  /** Saves what is worth it at any rate, elsewhere if need be. */
  async keep(model: Savable): Promise<void> {
    try {
      await model.save(this.#path)
    } catch (error) {
      const rescued = await rescue(model, basename(this.#path))
      const ending = rescued
        ? `The model is in ${rescued} instead: move it.`
        : 'It could not be saved elsewhere either.'
      throw new Failure(`${describeError(error)}. ${ending}`, { cause: error })
    }
  }
}

async function rescue(model: Savable, name: string): Promise<string | undefined> {
  try {
    const path = join(await mkdtemp(join(tmpdir(), 'carousel-')), name)
    await model.save(path)
    return path
  } catch {
    return undefined
  }
}
