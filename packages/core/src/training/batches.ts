import { isRagged } from '../data/tensor.ts'
import type { Feed } from '../engines/engine.ts'
import type { Network } from '../network/network.ts'
import { BATCH, resolveShape, sizeOf } from '../program/program.ts'
import { BatchWeights } from './batchWeights.ts'
import type { OutputSize } from './figures.ts'
import { extentsFor } from './inputs.ts'
import type { Objective } from './objectives.ts'
import { LABELS, LOSS_FACTOR, LOSS_WEIGHT } from './programs.ts'
import type { Padding } from './ragged.ts'
import type { Samples } from './samples.ts'
import { raggedParts } from './sequences.ts'

/** A batch's rows, to be fed: one list of row numbers that all feeds share. A batch allocates nothing. */
export class Batches {
  readonly rows: Int32Array
  /** Rows that there are, of all batches. */
  samples: number
  /** Inputs, labels and the weights of rows and steps in the loss, by their names in programs. */
  readonly feeds: Record<string, Feed> = {}
  /** Counts of the extents, the batch's rows as last taken, and its steps where sequences differ in length. */
  readonly counts: Record<string, number>
  /** By objective. */
  readonly weights: readonly BatchWeights[]
  /** By objective: steps of its predictions, each of which has a loss of its own; 1 without. */
  readonly #steps: number[]
  readonly #objectives: readonly Objective[]
  /** Pads sequences that differ in length; null where none do. */
  readonly #padding: Padding | null = null
  /** Where batches begin in the order, and the last ends; null: they are of one size. */
  #cuts: Int32Array | null = null

  /**
   * @param objectives none to predict
   * @param masked by objective: does the output carry a mask?
   */
  constructor(
    network: Network,
    objectives: readonly Objective[],
    { inputs, count, labels, weights }: Samples,
    batchSize: number,
    masked: readonly boolean[] = [],
  ) {
    this.#objectives = objectives
    this.samples = count
    this.rows = new Int32Array(Math.min(batchSize, count))
    this.counts = { ...extentsFor(network, inputs, this.rows.length) }
    if (inputs.some(isRagged))
      this.#padding = new (raggedParts().Padding)(
        network,
        objectives,
        { inputs, labels },
        this.rows.length,
        this.feeds,
      )
    for (const [index, { feed }] of network.inputs.entries())
      this.feeds[feed] ??= { data: inputs[index].data, rows: this.rows }
    this.#steps = objectives.map((objective) => this.#stepsOf(objective))
    this.weights = objectives.map(({ loss }, index) => {
      const entries = this.rows.length * this.#steps[index]
      return new BatchWeights(loss, entries, weights[index], masked[index])
    })
    for (const each of this.weights) each.isPadded = this.#padding !== null
    for (const [index, { suffix }] of objectives.entries()) {
      const tensor = labels[index]
      if (!tensor) continue
      this.feeds[LABELS + suffix] ??= { data: tensor.data, rows: this.rows }
      this.feeds[LOSS_WEIGHT + suffix] = { data: this.weights[index].lossWeight }
    }
  }

  #stepsOf({ output, labels }: Objective): number {
    if (labels === 'sequences') return 1
    return sizeOf(resolveShape(output.dims.slice(0, -1), this.counts))
  }

  /** Batches of other sizes. @param cuts where each begins in the order, and the last ends */
  cut(cuts: Int32Array): void {
    this.#cuts = cuts
  }

  /** Feeds what outputs count for in the total, where that is not 1: to training programs alone. */
  feedFactors(): void {
    for (const [index, { suffix, plan, loss }] of this.#objectives.entries()) {
      const { lossWeight: factor } = plan.measured
      const size = this.weights[index].lossWeight.length
      if (loss && factor !== 1)
        this.feeds[LOSS_FACTOR + suffix] = { data: new Float32Array(size).fill(factor) }
    }
  }

  get count(): number {
    return this.#cuts ? this.#cuts.length - 1 : Math.ceil(this.samples / this.rows.length)
  }

  /** Takes up batch `index` of the samples in `order` (without it, as they come); returns how many rows it has. */
  take(index: number, order?: Int32Array): number {
    const first = this.#cuts ? this.#cuts[index] : index * this.rows.length
    const end = this.#cuts ? this.#cuts[index + 1] : Math.min(first + this.rows.length, this.samples)
    const size = end - first
    for (let i = 0; i < size; i++) this.rows[i] = order ? order[first + i] : first + i
    this.counts[BATCH] = size
    if (this.#padding) {
      this.#padding.take(this.rows, size, this.counts)
      for (let o = 0; o < this.#steps.length; o++) this.#steps[o] = this.#stepsOf(this.#objectives[o])
    }
    for (let o = 0; o < this.weights.length; o++) this.weights[o].take(this.rows, size, this.#steps[o])
    return size
  }
}

/** Room for the figures of such batches, by objective. */
export function figureSizes(
  objectives: readonly Objective[],
  { weights }: Batches,
  masked: readonly boolean[],
): OutputSize[] {
  return objectives.map(({ output }, index) => ({
    entries: weights[index].lossWeight.length,
    columns: Number(output.shape.at(-1) ?? 1),
    isMasked: masked[index],
  }))
}

/** Lets timers, signals and other tasks run, but not more often than every 50 ms: yielding costs time. */
export class Breather {
  #last = now()

  /** True when it is time for `breathe`. */
  get due(): boolean {
    return now() - this.#last >= 50
  }

  async breathe(): Promise<void> {
    await nextTask()
    this.#last = now()
  }
}

/** After all that is due now. Timers would wait a millisecond or, nested in browsers, four. */
function nextTask(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve))
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** Milliseconds of a clock that never goes back. */
export function now(): number {
  return performance.now()
}
