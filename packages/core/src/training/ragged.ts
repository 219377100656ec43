import { showLengths, sliceRagged, toSequences } from '../data/ragged.ts'
import { isRagged, type Ragged, type Tensor } from '../data/tensor.ts'
import type { Feed } from '../engines/engine.ts'
import { DataError } from '../errors.ts'
import type { Layer } from '../layers/layer.ts'
import { formatShape, type Shape } from '../layers/shape.ts'
import type { Network } from '../network/network.ts'
import { type Dim, sizeOf } from '../program/program.ts'
import type { Generator } from '../random/generator.ts'
import type { Batches } from './batches.ts'
import type { Objective } from './objectives.ts'
import { LABELS, maskOf } from './programs.ts'
import type { Samples } from './samples.ts'

// All that training and its kin need for sequences of different lengths.
export { sliceRagged, toSequences }

/** Refuses them where the model's length is fixed. */
export function checkOpen({ lengths }: Ragged, expected: Shape, name: string): void {
  if (expected[0] !== null)
    throw new DataError(
      `${name}: the sequences differ in length (${showLengths(lengths)}), but the model expects ${formatShape(expected)}. Leave the length open, inputShape: [null, …], or pad them by padSequences.`,
    )
}

/** Labels or weights that differ in length must have as many steps as the sequences that their output's steps come of. */
export function checkLengths(
  labels: Ragged,
  network: Network,
  inputs: readonly Tensor[],
  steps: Dim,
  where: string,
): void {
  const lengths = lengthsOf(network, inputs, steps)
  if (!lengths) throw new DataError(`${where}: the entries differ in length, but the sequences do not`)
  const at = labels.lengths.findIndex((length, index) => length !== lengths[index])
  if (at >= 0)
    throw new DataError(
      `${where}[${at}] has ${labels.lengths[at]} steps, its sequence ${lengths[at]}; they must be equal`,
    )
}

/** Brings the sequences of a batch, and the labels of their steps, side by side, padded to the longest. */
export class Padding {
  /** By the extent of its length. */
  readonly #gathers: (readonly [extent: string, gather: Gather])[] = []

  /** @param feeds are given what is gathered here, and the inputs' masks */
  constructor(
    network: Network,
    objectives: readonly Objective[],
    { inputs, labels }: Pick<Samples, 'inputs' | 'labels'>,
    rows: number,
    feeds: Record<string, Feed>,
  ) {
    const add = (name: string, tensor: Tensor, extent: string): Gather => {
      const gather = new Gather(tensor, rows)
      feeds[name] = gather.feed
      this.#gathers.push([extent, gather])
      return gather
    }
    for (const [index, { feed }] of network.inputs.entries()) {
      const extent = network.extentOf(index)
      if (extent === null) continue
      const { mask } = add(feed, inputs[index], extent)
      if (mask) feeds[maskOf(feed)] = mask
    }
    for (const [index, { output, suffix, labels: kind }] of objectives.entries()) {
      const [extent] = output.dims
      const tensor = labels[index]
      if (typeof extent === 'string' && tensor && kind !== 'sequences') add(LABELS + suffix, tensor, extent)
    }
  }

  /** Fills the feeds with the first `size` of these rows, and the counts with their steps. */
  take(rows: Int32Array, size: number, counts: Record<string, number>): void {
    for (const [extent] of this.#gathers) counts[extent] = 0
    for (const [extent, gather] of this.#gathers)
      counts[extent] = Math.max(counts[extent], gather.longest(rows, size))
    for (const [extent, gather] of this.#gathers) gather.take(rows, size, counts[extent])
  }
}

/** Brings rows of a tensor, whose sequences may differ in length, side by side and pads them with zeros. */
class Gather {
  /** [rows, T, …step] of the batch that was taken last. */
  readonly feed: Feed
  /** [rows, T]: 1 there, 0 padded; null where the tensor is not ragged. */
  readonly mask: Feed | null
  readonly #source: Tensor
  /** Numbers of a step. */
  readonly #width: number
  readonly #room: Float32Array | Int32Array
  readonly #maskRoom: Int32Array

  /** @param rows at most so many a batch */
  constructor(source: Tensor, rows: number) {
    const { shape, data } = source
    this.#source = source
    this.#width = sizeOf(shape.slice(2))
    const size = rows * shape[1] * this.#width
    this.#room = data instanceof Float32Array ? new Float32Array(size) : new Int32Array(size)
    this.#maskRoom = new Int32Array(isRagged(source) ? rows * shape[1] : 0)
    this.feed = { data: this.#room }
    this.mask = isRagged(source) ? { data: this.#maskRoom } : null
  }

  /** Steps of the longest among these rows. */
  longest(rows: Int32Array, size: number): number {
    const source = this.#source
    if (!isRagged(source)) return source.shape[1]
    let longest = 0
    for (let i = 0; i < size; i++) longest = Math.max(longest, source.lengths[rows[i]])
    return longest
  }

  /** Fills the feeds with the first `size` of these rows, each of so many steps. */
  take(rows: Int32Array, size: number, steps: number): void {
    const { data, shape } = this.#source
    const room = this.#room
    const width = this.#width
    for (let i = 0; i < size; i++) {
      const row = rows[i]
      const length = isRagged(this.#source) ? this.#source.lengths[row] : shape[1]
      const from = isRagged(this.#source) ? this.#source.starts[row] : row * shape[1] * width
      const kept = Math.min(length, steps)
      const to = i * steps * width
      for (let n = 0; n < kept * width; n++) room[to + n] = data[from + n]
      room.fill(0, to + kept * width, to + steps * width)
      if (this.mask)
        this.#maskRoom.fill(1, i * steps, i * steps + kept).fill(0, i * steps + kept, (i + 1) * steps)
    }
  }
}

/**
 * For samples whose sequences differ in length: an order in which batches hold sequences of nearly the same length, so
 * that little is padded. Cuts the batches, too, where the model has a layer to which padding is not invisible: then all of
 * a batch are of one length. Undefined: the samples as they come.
 *
 * @param carries do rows go on, in a stateful model, from batch to batch? Then they stay where they are.
 */
export function arrange(
  network: Network,
  { inputs, count }: Samples,
  batches: Batches,
  carries: boolean,
): Int32Array | undefined {
  const lengths = firstLengths(inputs)
  if (!lengths) return undefined
  const isBlind = network.layers.every(({ layer }) => isBlindToPadding(layer))
  if (carries) {
    if (isBlind) return undefined
    throw new DataError(
      'the sequences of a batch differ in length, and this model is stateful but has layers that see padding: give one tensor a batch, of sequences of one length',
    )
  }
  const order = Int32Array.from({ length: count }, (_, index) => index)
  order.sort((a, b) => lengths[a] - lengths[b] || a - b)
  if (isBlind) return order
  const cuts = [0]
  const isSame = (a: number, b: number) =>
    inputs.every((input) => !isRagged(input) || input.lengths[order[a]] === input.lengths[order[b]])
  for (let i = 1; i < count; i++)
    if (!isSame(i - 1, i) || i - cuts[cuts.length - 1] === batches.rows.length) cuts.push(i)
  batches.cut(Int32Array.of(...cuts, count))
  return order
}

/** An order for a training's epoch: drawn anew, batches of nearly the same length, the batches in drawn order. */
export function bucketed(
  inputs: readonly Tensor[],
  order: Int32Array,
  batchSize: number,
  generator: Generator,
): Int32Array {
  const lengths = firstLengths(inputs)
  if (!lengths) return order
  const sorted = order.slice()
  // stable: sequences of one length stay in the order that was drawn
  sorted.sort((a, b) => lengths[a] - lengths[b])
  const whole = Math.floor(sorted.length / batchSize)
  const found = new Int32Array(sorted.length)
  const batches = generator.permutation(whole)
  for (let i = 0; i < whole; i++)
    found.set(sorted.subarray(batches[i] * batchSize, (batches[i] + 1) * batchSize), i * batchSize)
  // the short batch comes last, as always
  found.set(sorted.subarray(whole * batchSize), whole * batchSize)
  return found
}

/** Steps of each sample of an output whose steps are counted by this extent; null where they are all alike. */
export function lengthsOf(network: Network, inputs: readonly Tensor[], extent: Dim): Int32Array | null {
  return firstLengths(inputs.filter((_, index) => network.extentOf(index) === extent))
}

/** Steps of each sample's (first) sequence that differs; null where none do. */
function firstLengths(inputs: readonly Tensor[]): Int32Array | null {
  return inputs.find(isRagged)?.lengths ?? null
}

function isBlindToPadding({ eachStep, heedsMask, recurrent }: Layer): boolean {
  return !!(eachStep || heedsMask || recurrent)
}
