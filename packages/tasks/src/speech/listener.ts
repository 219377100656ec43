import type { Model, Stream } from '@carousel/core'
import { checkNames, isNumber } from '../checks.ts'
import { ranked } from '../classes.ts'
import { TaskError } from '../errors.ts'
import { Featuriser, FLOOR } from './features.ts'
import type { Answer } from './predict.ts'
import { preparationOf, type SpeechPreparation, scale } from './preparation.ts'
import { Resampler } from './resample.ts'
import { checkRate } from './wav.ts'

export interface ListenerOptions {
  /** Samples a second of what is pushed. Default: as the model has it. */
  rate?: number
  /** So many seconds of quiet end a word, and are no part of it. Default: nothing does but `reset`. */
  pause?: number
  /** What is quiet, in decibels below the loudest sound there is. Default −60. */
  quiet?: number
}

/** A running answer. */
export interface Heard {
  /** Of what was pushed in all, until the step that this answers. */
  seconds: number
  /** For the sound since the word began. */
  answer: Answer
  /** Whether a pause has just ended the word. */
  ended: boolean
}

/**
 * Listens with a model: sound piece by piece in, running answers out. It carries the recurrent layers' states, so that
 * a step takes the same time however long the sound.
 */
export async function listener(model: Model, options: ListenerOptions = {}): Promise<Listener> {
  checkNames(options, ['rate', 'pause', 'quiet'])
  return new Listener(model, preparationOf(model), await model.stream(), options)
}

export class Listener {
  readonly #model: Model
  readonly #preparation: SpeechPreparation
  readonly #stream: Stream
  readonly #resampler: Resampler | null
  readonly #featuriser: Featuriser
  readonly #pause: number
  readonly #loud: number
  readonly #output: Float32Array<ArrayBuffer>
  /** Steps heard in all. */
  #steps = 0
  /** Steps of quiet since something was heard: they count only if the word goes on. */
  #quiet: Float32Array[] = []
  /** The last answer of the word that was begun. */
  #last: Answer | null = null

  constructor(model: Model, preparation: SpeechPreparation, stream: Stream, options: ListenerOptions) {
    const { features } = preparation
    const { rate = features.rate, pause = Number.POSITIVE_INFINITY, quiet = -60 } = options
    checkRate(rate)
    if (!(pause > 0)) throw new TaskError(`pause: expected seconds above 0, received ${pause}.`)
    if (!isNumber(quiet)) throw new TaskError(`quiet: expected decibels, received ${quiet}.`)
    this.#model = model
    this.#preparation = preparation
    this.#stream = stream
    this.#resampler = rate === features.rate ? null : new Resampler(rate, features.rate)
    this.#featuriser = new Featuriser(features)
    this.#pause = (pause * features.rate) / features.hop
    this.#loud = quiet
    this.#output = new Float32Array(stream.outputShape.at(-1) ?? 0)
  }

  get #hasPauses(): boolean {
    return Number.isFinite(this.#pause)
  }

  /** An answer for each step that ends in these samples, from −1 to 1; none while nothing has begun. */
  push(samples: Float32Array): Heard[] {
    return this.#hear(this.#resampler ? this.#resampler.push(samples) : samples)
  }

  /** The end: what a resampler held back, and sound that was too short for a step. */
  flush(): Heard[] {
    const last = this.#resampler ? this.#hear(this.#resampler.flush()) : []
    return [...last, ...this.#answers(this.#featuriser.flush())]
  }

  /** Begins a new word. */
  reset(): void {
    this.#stream.reset()
    this.#quiet = []
    this.#last = null
  }

  #hear(samples: Float32Array): Heard[] {
    return this.#answers(this.#featuriser.push(samples))
  }

  #answers(features: Float32Array): Heard[] {
    const { rate, hop, window, bands } = this.#preparation.features
    const heard: Heard[] = []
    for (let at = 0; at < features.length; at += bands) {
      const seconds = (this.#steps++ * hop + window) / rate
      const step = features.slice(at, at + bands)
      if (!this.#hasPauses || levelOf(step) >= this.#loud) {
        heard.push({ seconds, answer: this.#take(step), ended: false })
      } else if (this.#last) {
        this.#quiet.push(step)
        if (this.#quiet.length < this.#pause) continue
        heard.push({ seconds, answer: this.#last, ended: true })
        this.reset()
      }
    }
    return heard
  }

  /** What the model makes of the quiet that turned out to be within the word, and of this step. */
  #take(step: Float32Array): Answer {
    for (const each of [...this.#quiet, step]) {
      this.#stream.push(scale(each, this.#preparation), this.#output)
    }
    this.#quiet = []
    this.#last = ranked(this.#model.labels ?? [], this.#output)
    return this.#last
  }
}

/** In decibels, of the logarithms of all bands' energies. The floor that each stands on is no sound. */
function levelOf(bands: Float32Array): number {
  const energy = bands.reduce((sum, value) => sum + Math.max(0, Math.exp(value) - FLOOR), 0)
  return 10 * Math.log10(energy)
}
