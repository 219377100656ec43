import { randomUUID } from 'node:crypto'
import { access, open, realpath, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Failure, UsageError } from '../errors.ts'
import { beginsAsModel } from './model.ts'

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

/**
 * Makes sure that a command writes no two things into one file, in places of which `checkOutput` has held: each with the
 * option that names it.
 */
export async function refuseSame(
  outputs: readonly (readonly [option: string, path: string])[],
): Promise<void> {
  const seen = new Map<string, string>()
  for (const [option, path] of outputs) {
    const file = (await fileIdOf(path)) ?? join(await realpath(dirname(path)), basename(path))
    const other = seen.get(file)
    if (other !== undefined) {
      throw new UsageError(
        `${option} ${path}: expected a file of its own, received the one of ${other}. Name another.`,
      )
    }
    seen.set(file, option)
  }
}

/** The same for every name of a file, links among them; undefined where there is none. */
async function fileIdOf(path: string): Promise<string | undefined> {
  const found = await statOf(path)
  return found && `${found.dev} ${found.ino}`
}

/** Tells whether a file was written since; undefined where none is, or one that holds nothing. */
export async function markOf(path: string): Promise<string | undefined> {
  const found = await statOf(path)
  return found && found.size > 0n ? `${found.dev} ${found.ino} ${found.mtimeNs}` : undefined
}

const statOf = (path: string) => stat(path, { bigint: true }).catch(() => undefined)
