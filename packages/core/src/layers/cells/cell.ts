import type { Json } from '../../config/keras.ts'
import { positiveInteger, show, text } from '../../config/options.ts'
import { OptionError } from '../../errors.ts'
import { add } from '../../ops/add.ts'
import { dense } from '../../ops/dense.ts'
import { dropoutMask } from '../../ops/dropoutMask.ts'
import { splitGates } from '../../ops/gates.ts'
import { type Expressions, expressions } from '../../ops/general.ts'
import { multiply } from '../../ops/multiply.ts'
import type { Builder } from '../../program/builder.ts'
import type { Step } from '../../program/emitScan.ts'
import type { Value } from '../../program/program.ts'
import type { ActivationName } from '../activationOption.ts'
import { emitActivation } from '../activationOption.ts'
import type { EmitContext, Shape, WeightSpec } from '../layer.ts'
import { seededStream } from './seededStream.ts'

/**
 * What `layers.rnn` runs at every step: Keras's cells, or one of your own. A cell says what it keeps from step to step
 * and writes down one step; gradients, masks, batches and time are the layer's business.
 */
export interface Cell {
  /** Keras's class, or a name of your own. */
  readonly className: string
  readonly name?: string | null
  /** Sizes of its states, float32 [batch, size] each. */
  readonly stateSizes: readonly number[]
  /** Size of its output. Default: that of the first state. */
  readonly outputSize?: number
  /** May training change its weights? Default true. */
  readonly trainable?: boolean
  /** Weights in order. @param input shape of one step of one sample, [features] */
  weights(input: Shape): readonly WeightSpec[]
  /** Writes down one step: what comes out of it, and as many states as `stateSizes` has. */
  emit(step: CellStep): { readonly output: Value; readonly states: readonly Value[] }
  /** Keras's options, in Keras's spelling; a cell of your own that has none cannot be written into a file. */
  readonly config?: Readonly<Record<string, Json>>
  /** Of Keras's cells: the kernel that runs them over time. */
  readonly fused?: Fused
  /** Which of the states the output is. Absent: it is none of them. */
  readonly outputState?: number
  /** Of its random masks. */
  readonly seed?: number | null
  /** Cells that this one is made of, by the prefix of their weights. */
  readonly cells?: readonly { readonly prefix: string; readonly cell: Cell }[]
}

/** A kernel that runs a cell over time. */
export interface Fused {
  /** Why it cannot run this cell; or null. */
  whyNot(training: boolean): string | null
  /** Share of the input's entries dropped in training, by one mask for all gates. */
  readonly dropout: number
  run(operands: FusedOperands): { readonly h: Value; readonly last: readonly Value[] }
}

export interface FusedOperands {
  readonly builder: Builder
  readonly x: Value
  readonly mask: Value | undefined
  /** By the order of the states; absent: zeros. */
  readonly initial: readonly (Value | undefined)[]
  readonly reverse: boolean
  weight(name: string): Value
}

/** Size of a cell's output. */
export function outputSizeOf({ outputSize, stateSizes }: Cell): number {
  return outputSize ?? stateSizes[0]
}

/** Refuses what is no cell. */
export function requireCell(where: string, cell: unknown): asserts cell is Cell {
  const { className, emit, weights, stateSizes, outputSize = 1 } = (cell ?? {}) as Partial<Cell>
  const sizes = Array.isArray(stateSizes) ? [...stateSizes, outputSize] : []
  const isNamed = text(className) === null
  const fine = isNamed && typeof emit === 'function' && typeof weights === 'function' && sizes.length > 1
  if (fine && sizes.every((size) => positiveInteger(size) === null)) return
  throw new OptionError(
    `${where}: expected a cell, e.g. layers.lstmCell({ units: 32 }), or an object with className, stateSizes (a list ` +
      `of whole numbers), weights(input) and emit(step); got ${show(cell)}`,
  )
}

/** The weights of a cell, which may be one of the user's own: each by a name of its own. */
export function weightsOfCell(cell: Cell, input: Shape): readonly WeightSpec[] {
  const where = `cell '${cell.className}'`
  const weights: unknown = cell.weights(input)
  if (!Array.isArray(weights))
    throw new OptionError(`${where}: weights must return a list; got ${show(weights)}. Without any: []`)
  const names = new Set<string>()
  for (const spec of weights) {
    const { name, shape, initializer } = (spec ?? {}) as Partial<WeightSpec>
    const isWhole = text(name) === null && Array.isArray(shape) && typeof initializer?.values === 'function'
    if (!isWhole)
      throw new OptionError(
        `${where}: a weight must have a name, a shape and an initializer, e.g. initializers.zeros(); got ${show(spec)}`,
      )
    if (names.size === names.add(String(name)).size)
      throw new OptionError(`${where}: two of its weights are named '${name}'; names must differ`)
  }
  return weights
}

/** The streams of random numbers that a cell may use; those of the cells of a stack lie one behind the other. */
const STREAM = 2 ** 20
const MASKS = 32
export const MASK_STREAMS = MASKS * STREAM

/** One step of a cell, as it is being written down. Values are float32 [batch, size] unless said otherwise. */
export class CellStep {
  /** This step of the input. */
  readonly x: Value
  /** The states before it. */
  readonly states: readonly Value[]
  /** Entry by entry: `math.add(a, b)`, `math.where(condition, a, b)` …; b may be a number. */
  readonly math: Expressions
  readonly #outer: EmitContext
  readonly #sequence: Value
  readonly #step: Step
  readonly #prefix: string
  readonly #firstMask: number
  readonly #seed: number | null

  /**
   * @param outer the layer's
   * @param sequence whose steps `x` are
   * @param seed of the cell's masks
   */
  constructor(
    outer: EmitContext,
    sequence: Value,
    step: Step,
    seed: number | null,
    x = step.x[0],
    states = step.states,
    prefix = '',
    firstMask = 0,
  ) {
    this.x = x
    this.states = states
    this.math = expressions(step.builder.emit)
    this.#outer = outer
    this.#sequence = sequence
    this.#step = step
    this.#prefix = prefix
    this.#firstMask = firstMask
    this.#seed = seed
  }

  /** In training, masks are drawn. */
  get training(): boolean {
    return this.#outer.generator !== null
  }

  /** A weight of this cell by name, or one of its rows. */
  weight(name: string): Value {
    return this.#step.given(this.#weight(name))
  }

  /** The gate blocks of a weight that has so many, each a weight of its own. */
  gates(name: string, gates: number): Value[] {
    const split = this.#outer.builder.emit(splitGates, { x: this.#weight(name) }, { gates })
    return Array.from({ length: gates }, (_, gate) => this.#step.given(split[`y${gate}`]))
  }

  /** x·kernel + bias. */
  dense(x: Value, kernel: Value, bias?: Value): Value {
    return this.#step.builder.emit(dense, { x, kernel, bias }, {}).y
  }

  add(a: Value, b: Value): Value {
    return this.#step.builder.emit(add, { a, b }, {}).y
  }

  multiply(a: Value, b: Value): Value {
    return this.#step.builder.emit(multiply, { a, b }, {}).y
  }

  activation(name: ActivationName, x: Value): Value {
    return emitActivation(this.#step.builder, name, x)
  }

  /**
   * In training, x with a share of its entries set to zero and the others scaled up, by a mask that is drawn once a
   * sequence (Gal & Ghahramani 2016); otherwise x.
   *
   * @param which tells this mask from the cell's others: a number from 0 to 31
   */
  dropped(x: Value, rate: number, which: number): Value {
    const mask = this.#mask(rate, which, x.shape[x.shape.length - 1], false)
    return mask ? this.multiply(x, this.#step.given(mask)) : x
  }

  /**
   * In training, `after`, but with a share of its entries as they were before, drawn anew at every step (zoneout, Krueger
   * et al. 2017); otherwise what is expected of it.
   */
  zoned(before: Value, after: Value, rate: number, which: number): Value {
    if (rate === 0) return after
    const { add, scale, where } = this.math
    const mask = this.#mask(rate, which, after.shape[after.shape.length - 1], true)
    return mask
      ? where(this.#step.along(mask), after, before)
      : add(scale(before, rate), scale(after, 1 - rate))
  }

  /** The step of a cell that this one is made of. */
  of(
    { prefix, cell }: NonNullable<Cell['cells']>[number],
    index: number,
    x: Value,
    states: readonly Value[],
  ): CellStep {
    const step = this.#step
    const firstMask = this.#firstMask + index * MASKS
    return new CellStep(
      this.#outer,
      this.#sequence,
      step,
      cell.seed ?? null,
      x,
      states,
      `${this.#prefix}${prefix}/`,
      firstMask,
    )
  }

  #weight(name: string): Value {
    return this.#outer.weight(this.#prefix + name)
  }

  #mask(rate: number, which: number, columns: number | string, perStep: boolean): Value | null {
    const { builder, generator, stream } = this.#outer
    if (!generator || rate === 0) return null
    const attributes = {
      rate,
      stream: seededStream(stream + (this.#firstMask + which) * STREAM, this.#seed),
      perStep,
      columns: Number(columns),
    }
    return builder.emit(dropoutMask, { generator, like: this.#sequence }, attributes).mask
  }
}
