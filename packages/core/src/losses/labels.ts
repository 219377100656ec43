import { oneHot } from '../ops/oneHot.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import type { Loss } from './loss.ts'

/** What predictions are held against: integer classes or sequences of them int32 [B, …], or values in the predictions' shape. */
export class Labels {
  readonly kind: Loss['labels']
  readonly #value: Value
  #oneHot: Value | null = null

  constructor(kind: Loss['labels'], value: Value) {
    this.kind = kind
    this.#value = value
  }

  /** The integer classes; undefined where labels are values. */
  get classes(): Value | undefined {
    return this.kind === 'classes' ? this.#value : undefined
  }

  /** As values [B, …, N]: classes become one-hot rows (computed once a program). */
  values(builder: Builder, classes: number): Value {
    if (this.kind === 'values') return this.#value
    this.#oneHot ??= builder.within(
      'labels',
      () => builder.emit(oneHot, { labels: this.#value }, { classes }).y,
    )
    return this.#oneHot
  }
}
