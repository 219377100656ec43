import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Model } from '@carousel/core'
import { describeError, Failure } from '../errors.ts'
import { defaultName } from '../files/default-name.ts'
import { markOf } from '../files/output.ts'

type Savable = Pick<Model, 'save' | 'position'>

/** Keeps the model's file up to date while it trains. */
export class Keeper {
  /** Whether the file held the model as it was to begin with. */
  readonly wasThere: boolean
  #path: string
  readonly #note: (text: string) => void
  /** Until the first save has gone well, and after one that failed. */
  #unsaved: boolean
  #saved = false
  /** Of what lies there; undefined where nothing does. */
  #mark: string | undefined

  /**
   * @param wasThere whether the file holds the model as it is now
   * @param mark of what was there when all began
   */
  constructor(path: string, note: (text: string) => void, wasThere: boolean, mark: string | undefined) {
    this.wasThere = wasThere
    this.#path = path
    this.#note = note
    this.#unsaved = !wasThere
    this.#mark = mark
  }

  /** Of the file. */
  get path(): string {
    return this.#path
  }

  /** Whether the file has been written at all. */
  get saved(): boolean {
    return this.#saved
  }

  /** Saves; a failure (a full disk) is no reason to stop training, since the next time may go well. */
  async checkpoint(model: Savable): Promise<void> {
    try {
      await this.#save(model)
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
      await this.#save(model)
    } catch (error) {
      const rescued = await rescue(model, basename(this.#path))
      const ending = rescued
        ? `The model is in ${rescued} instead: move it.`
        : 'It could not be saved elsewhere either.'
      throw new Failure(`${describeError(error)}. ${ending}`, { cause: error })
    }
  }

  async #save(model: Savable): Promise<void> {
    const reason = await this.#reasonToLeave(model)
    if (reason !== undefined) {
      const other = await defaultName(this.#path.replace(/\.safetensors$/, ''))
      this.#note(`${this.#path} ${reason}: this training is saved to ${other}.`)
      this.#path = other
    }
    await model.save(this.#path)
    this.#mark = await markOf(this.#path)
    this.#unsaved = false
    this.#saved = true
  }

  /** Why what lies there is not to be replaced; undefined where it is. */
  async #reasonToLeave({ position }: Savable): Promise<string | undefined> {
    const mark = await markOf(this.#path)
    if (mark === undefined) return undefined
    if (mark !== this.#mark) return 'was written by another meanwhile'
    const isOurs = this.wasThere || this.#saved
    if (isOurs || position?.epoch !== 0) return undefined
    return 'is left as it was, as no epoch is done that could replace it'
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
