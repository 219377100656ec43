import { camelCase, lowerFirst } from '../config/keras.ts'
import { type Check, suggest } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import type { Figures } from '../training/figures.ts'

export interface MonitorOptions {
  /** The figure that is watched. Default 'valLoss'. */
  monitor?: string
  /** Is less better, or more? Default 'auto': told by the figure's name. */
  mode?: 'auto' | 'min' | 'max'
}

const MORE =
  /(acc|accuracy|auc|precision|recall|similarity|specificity|r2score|f1score|fbetascore|iou|correlation)$/i
const LESS = /(loss|error|mse|mae|mape|msle|cosh|huber|hinge|entropy|poisson|divergence|tversky|dice|ctc)$/i

/**
 * Watches one figure and its best value, as Keras's `MonitorCallback`. Values are compared in float32, as Keras compares
 * them: what is equal there is no improvement.
 */
export class Monitor {
  readonly name: string
  best: number | null
  readonly #where: string
  readonly #sign: 1 | -1
  readonly #minDelta: number

  constructor(
    where: string,
    { monitor = 'valLoss', mode = 'auto' }: MonitorOptions,
    minDelta = 0,
    best: number | null = null,
  ) {
    this.#where = where
    this.name = camelCase(monitor)
    this.best = best
    this.#minDelta = Math.abs(minDelta)
    this.#sign = this.#direction(mode)
  }

  /** The figure now; null after an epoch without validation. Throws where there can be no such figure. */
  current(logs: Figures, validates: boolean): number | null {
    if (Object.hasOwn(logs, this.name)) return logs[this.name]
    const plain = /^val[A-Z]/.test(this.name) ? lowerFirst(this.name.slice(3)) : null
    if (plain !== null && Object.hasOwn(logs, plain)) {
      if (validates) return null
      throw new OptionError(
        `${this.#where}: monitor '${this.name}' needs validation data. Give fit validationData or validationSplit, or monitor '${plain}'.`,
      )
    }
    throw new OptionError(
      `${this.#where}: there is no figure '${this.name}' to monitor.${suggest(this.name, Object.keys(logs))}`,
    )
  }

  /** Is it better, by more than minDelta, than the best so far (or this one)? */
  improves(current: number, than = this.best): boolean {
    if (than === null) return true
    const margin = Math.fround(current - this.#sign * this.#minDelta)
    return this.#sign > 0 ? margin > Math.fround(than) : margin < Math.fround(than)
  }

  /** 1 where more is better. */
  #direction(mode: 'auto' | 'min' | 'max'): 1 | -1 {
    if (mode !== 'auto') return mode === 'max' ? 1 : -1
    const bare = this.name.replace(/_?\d+$/, '')
    if (MORE.test(bare) || MORE.test(this.name)) return 1
    if (LESS.test(bare)) return -1
    throw new OptionError(
      `${this.#where}: monitor '${this.name}' does not tell whether less or more of it is better. If it is spelt right, give mode: 'min' or 'max'.`,
    )
  }
}

export const isFrequency: Check = (value) =>
  value === 'epoch' || (Number.isSafeInteger(value) && Number(value) > 0)
    ? null
    : "'epoch' or a number of batches greater than 0"

export const wholeNumber: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? null : 'a whole number of at least 0'

/** Counts batches; true each time so many have gone by. */
export class Every {
  seen = 0
  readonly #count: number

  constructor(count: number) {
    this.#count = count
  }

  /** One more batch is done. */
  next(): boolean {
    this.seen++
    if (this.seen < this.#count) return false
    this.seen = 0
    return true
  }
}
