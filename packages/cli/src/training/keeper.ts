import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Model } from '@carousel/core'
import { describeError, Failure } from '../errors.ts'

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
    await model.save(this.#path)
    this.#unsaved = false
    this.#saved = true
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
