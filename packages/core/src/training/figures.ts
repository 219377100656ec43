import { camelCase, upperFirst } from '../config/keras.ts'
import { OptionError } from '../errors.ts'
import type { Labels } from '../losses/labels.ts'
import type { Loss } from '../losses/loss.ts'
import type { Accumulator, Metric } from '../metrics/metric.ts'
import { maskWeights } from '../ops/losses/maskWeights.ts'
import { columns } from '../ops/shapes.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import { type BatchWeights, isReweighted } from './batchWeights.ts'

/** Loss and metrics by name. A metric of several numbers, e.g. one a threshold, has one entry each: 'precision[0]'. */
export type Figures = Record<string, number>

/** What is measured of one output of a model. */
export interface Measured {
  /** Name of the output; empty where the model has one alone. */
  readonly output: string
  /** Null: an output that is not trained. */
  readonly loss: Loss | null
  /** What its loss is multiplied by in the model's (compile's `lossWeights`). */
  readonly lossWeight: number
  readonly metrics: readonly Metric[]
  /** Metrics that weigh rows and steps by sample and class weights. */
  readonly weightedMetrics: readonly Metric[]
}

/** A metric in its place: its key in logs is also the name of what the program puts out for it. */
interface Placed {
  readonly key: string
  readonly metric: Metric
  readonly isWeighted: boolean
}

/** The names under which the figures of one output go. */
export interface FiguresPlan {
  readonly measured: Measured
  /** Of its loss, and in front of what else the program puts out for this output. */
  readonly key: string
  readonly placed: readonly Placed[]
}

/** Name of what regularizers add to the loss, [1], among a program's outputs. */
export const PENALTY = 'penalty'

/** Name of the model's loss among the figures. */
const LOSS = 'loss'

/** What stands beside the figures in logs. */
const BESIDE = ['seconds', 'samplesPerSecond', 'size', 'batches', 'samples']

/**
 * Keras's names in our case: 'loss', with several outputs 'aLoss' and 'aAccuracy' for output 'a'; a name that comes
 * again is numbered ('mae1'), or as weighted metric 'weightedMae'.
 */
export function planFigures(outputs: readonly Measured[]): FiguresPlan[] {
  const seen = new Map<string, number>()
  const once = (name: string) => {
    const before = seen.get(name) ?? 0
    seen.set(name, before + 1)
    return before === 0 ? name : `${name}${before}`
  }
  const named = ({ output }: Measured, name: string) => (output ? camelCase(output) + upperFirst(name) : name)
  const plain = outputs.map((measured) =>
    measured.metrics.map((metric) => ({
      key: once(named(measured, metric.name)),
      metric,
      isWeighted: false,
    })),
  )
  const plans = outputs.map((measured, index) => ({
    measured,
    key: named(measured, LOSS),
    placed: [
      ...plain[index],
      ...measured.weightedMetrics.map((metric) => {
        const name = named(measured, metric.name)
        const key = once(seen.has(name) ? named(measured, `weighted${upperFirst(metric.name)}`) : name)
        return { key, metric, isWeighted: true }
      }),
    ],
  }))
  requireNames(plans)
  return plans
}

/** Refuses a figure that would take another's place in logs, where those of validation begin with 'val'. */
function requireNames(plans: readonly FiguresPlan[]): void {
  const own = plans.flatMap(({ key, measured: { output }, placed }) => [
    ...(output ? [key] : []),
    ...placed.map((one) => one.key),
  ])
  const figures = [LOSS, ...own]
  const taken = new Set([PENALTY, ...BESIDE, ...figures.map((name) => `val${upperFirst(name)}`)])
  for (const name of figures) {
    if (taken.has(name))
      throw new OptionError(
        `model.compile: there would be two figures named '${name}'; give the metric or the output another name`,
      )
    taken.add(name)
  }
}

/** The values of a program that one output's figures are made of. */
export interface FiguresOf {
  /** [B, …, N] */
  readonly predictions: Value
  readonly labels: Labels
  /** int32 [B, …]: 1 there, 0 masked. */
  readonly mask?: Value
  /** What `BatchWeights.lossWeight` is fed to: [B, …, 1]. */
  readonly lossWeight: Value
}

/**
 * Appends an output's loss and metrics, and names what `RunningFigures` fetches. Returns the loss of every row and step
 * and their weights: the seed of the gradient, up to the output's own `lossWeight`. Null where it has no loss.
 */
export function emitFigures(
  builder: Builder,
  { measured: { loss }, key, placed }: FiguresPlan,
  { predictions, labels, mask: given, lossWeight }: FiguresOf,
): { loss: Value; weights: Value } | null {
  // a loss of whole samples heeds it itself
  const mask = labels.kind === 'sequences' ? undefined : given
  const rowLoss = loss && builder.within('loss', () => loss.emit(builder, predictions, labels, given))
  if (rowLoss) builder.output(key, rowLoss)
  const weights = loss && emitWeights(builder, loss, labels, mask, lossWeight)
  if (weights && weights !== lossWeight) builder.output(`${key}.weights`, weights)
  if (mask) builder.output(`${key}.mask`, mask)
  if (placed.some(isOutside)) {
    builder.output(`${key}.predictions`, predictions)
    builder.output(`${key}.labels`, labels.values(builder, columns(predictions)))
  }
  for (const { key: name, metric } of placed) {
    const { emit } = metric
    if (emit)
      builder.output(
        name,
        builder.within('metrics', () => emit(builder, predictions, labels)),
      )
  }
  return rowLoss && weights && { loss: rowLoss, weights }
}

function emitWeights(
  builder: Builder,
  loss: Loss,
  labels: Labels,
  mask: Value | undefined,
  weight: Value,
): Value {
  const { reduction, ignoreClass } = loss
  if (!isReweighted(loss, mask !== undefined)) return weight
  const operands = { weight, mask, labels: ignoreClass === undefined ? undefined : labels.classes }
  const attributes = { over: OVER[reduction], ignoreClass: ignoreClass ?? 0 }
  return builder.within('loss', () => builder.emit(maskWeights, operands, attributes).weights)
}

/** What weights of masked losses are divided by. */
const OVER = {
  sum_over_batch_size: 'valid',
  mean: 'valid',
  mean_with_sample_weight: 'weights',
  sum: 'nothing',
  none: 'nothing',
} as const

/** Is it told from labels and predictions, here? */
const isOutside = ({ metric: { emit, skips } }: Placed) => !emit || !!skips

/** Room for the figures of one output's batch. */
export interface OutputSize {
  /** At most so many rows times steps. */
  readonly entries: number
  /** Columns of its predictions. */
  readonly columns: number
  /** Are steps masked? */
  readonly isMasked: boolean
}

/**
 * Loss and metrics so far. Engines hand over one figure a row and step; they are summed here, in order and in double
 * precision, so that no number of threads changes them.
 *
 *     const weights = outputs.map((…) => new BatchWeights(…))     // fed as lossWeight
 *     const figures = new RunningFigures(planFigures(outputs), weights, sizes)
 *     weights[0].take(…); executable.run(counts, feeds, figures.fetches); figures.add()
 *
 * As in Keras, the loss of an epoch weighs its batches by their rows, the losses of several outputs count every batch
 * alike, and means weigh steps by mask and sample weights.
 */
export class RunningFigures {
  /** Filled by the engine, by the names of the program's outputs. */
  readonly fetches: Record<string, Float32Array> = {}
  readonly #outputs: readonly OutputSums[]
  readonly #weights: readonly BatchWeights[]
  /** Of losses: the model's, then with several outputs theirs. */
  readonly #sums: Float64Array
  readonly #counts: Float64Array

  /** @param penalty does the program put out 'penalty' [1], added to the loss (regularizers)? */
  constructor(
    plans: readonly FiguresPlan[],
    weights: readonly BatchWeights[],
    sizes: readonly OutputSize[],
    penalty = false,
  ) {
    this.#weights = weights
    this.#outputs = plans.map(
      (plan, index) => new OutputSums(plan, weights[index], sizes[index], this.fetches),
    )
    const losses = 1 + (plans.length > 1 ? plans.length : 0)
    this.#sums = new Float64Array(losses)
    this.#counts = new Float64Array(losses)
    if (penalty) this.fetches[PENALTY] = new Float32Array(1)
  }

  /** Adds the batch that the engine filled in, with the weights that were taken for it. */
  add(): void {
    const { rows } = this.#weights[0]
    const several = this.#sums.length > 1
    let total = this.fetches[PENALTY]?.[0] ?? 0
    for (let o = 0; o < this.#outputs.length; o++) {
      const output = this.#outputs[o]
      const loss = output.loss()
      output.add()
      if (loss === null) continue
      total += loss * output.plan.measured.lossWeight
      if (several) this.#sums[o + 1] += loss
      if (several) this.#counts[o + 1]++
    }
    this.#sums[0] += total * rows
    this.#counts[0] += rows
  }

  means(): Figures {
    const figures: Figures = { [LOSS]: this.#sums[0] / this.#counts[0] }
    for (let o = 1; o < this.#sums.length; o++) {
      const { key, measured } = this.#outputs[o - 1].plan
      if (measured.loss) figures[key] = this.#sums[o] / this.#counts[o]
    }
    for (const output of this.#outputs) output.tell(figures)
    return figures
  }

  reset(): void {
    for (const array of this.#kept) array.fill(0)
  }

  /** What must be kept to go on in the middle of an epoch: plain numbers. */
  get state(): FiguresState {
    return { sums: this.#kept.map((array) => [...array]) }
  }

  set state({ sums }: FiguresState) {
    for (const [i, array] of this.#kept.entries()) array.set(sums[i])
  }

  get #kept(): Float64Array[] {
    return [this.#sums, this.#counts, ...this.#outputs.flatMap(({ kept }) => kept)]
  }
}

export interface FiguresState {
  readonly sums: readonly (readonly number[])[]
}

/** The figures of one output. */
class OutputSums {
  readonly plan: FiguresPlan
  /** Everything that is kept between batches. */
  readonly kept: readonly Float64Array[]
  readonly #weights: BatchWeights
  readonly #columns: number
  /** What the program puts out; absent where it does not. */
  readonly #losses?: Float32Array
  readonly #lossWeights?: Float32Array
  readonly #mask?: Float32Array
  readonly #predictions: Float32Array
  readonly #labels: Float32Array
  /** Weights without those of padding. */
  readonly #unpadded: Float32Array
  /** By metric: what the program puts out for it. */
  readonly #values: readonly (Float32Array | undefined)[]
  /** By metric: sum and weight of a mean. */
  readonly #means: readonly Float64Array[]
  readonly #accumulators: readonly (Accumulator | undefined)[]

  constructor(
    plan: FiguresPlan,
    weights: BatchWeights,
    { entries, columns, isMasked }: OutputSize,
    fetches: Record<string, Float32Array>,
  ) {
    const { key, placed, measured } = plan
    const { loss } = measured
    this.plan = plan
    this.#weights = weights
    this.#columns = columns
    const fetched = (isThere: boolean, name: string, size = entries) => {
      const room = new Float32Array(isThere ? size : 0)
      if (isThere) fetches[name] = room
      return room
    }
    const fetchedIf = (isThere: boolean, name: string) => (isThere ? fetched(true, name) : undefined)
    this.#losses = fetchedIf(loss !== null, key)
    this.#lossWeights = fetchedIf(loss !== null && isReweighted(loss, isMasked), `${key}.weights`)
    this.#mask = fetchedIf(isMasked, `${key}.mask`)
    this.#predictions = fetched(placed.some(isOutside), `${key}.predictions`, entries * columns)
    this.#labels = fetched(placed.some(isOutside), `${key}.labels`, entries * columns)
    this.#values = placed.map(({ key: name, metric }) => fetchedIf(!!metric.emit, name))
    this.#unpadded = new Float32Array(isMasked ? entries : 0)
    this.#means = placed.map(() => new Float64Array(2))
    this.#accumulators = placed.map(({ metric }) => metric.accumulator?.(columns))
    this.kept = placed.map((_, m) => this.#accumulators[m]?.sums ?? this.#means[m])
  }

  /** The loss of the batch, reduced as Keras does; null where the output has none. */
  loss(): number | null {
    const { entries, sample, source, reduction } = this.#weights
    const values = this.#losses
    if (!values) return null
    const weights = this.#lossWeights ?? (source ? sample : null)
    let sum = 0
    let weight = 0
    for (let i = 0; i < entries; i++) {
      const w = weights ? weights[i] : 1
      sum += values[i] * w
      weight += w
    }
    if (reduction === 'sum' || (this.#lossWeights && reduction !== 'none')) return sum
    const divisor = reduction === 'mean_with_sample_weight' ? weight : entries
    return divisor === 0 ? 0 : sum / divisor
  }

  /** Adds the batch to all metrics. */
  add(): void {
    const { entries, sample, source } = this.#weights
    for (let m = 0; m < this.#means.length; m++) {
      const weights = this.plan.placed[m].isWeighted && source ? sample : null
      const accumulator = this.#accumulators[m]
      if (accumulator) accumulator.update(this.#labels, this.#predictions, this.#kept(weights), entries)
      else this.#addMean(m, weights)
    }
  }

  /** What each row and step counts for in an accumulator: padding counts for nothing. */
  #kept(weights: Float32Array | null): Float32Array | null {
    const mask = this.#weights.isPadded ? this.#mask : undefined
    if (!mask || !weights) return mask ?? weights
    for (let i = 0; i < this.#weights.entries; i++) this.#unpadded[i] = mask[i] * weights[i]
    return this.#unpadded
  }

  #addMean(m: number, weights: Float32Array | null): void {
    const { metric } = this.plan.placed[m]
    const { entries, rows, isPadded } = this.#weights
    const values = this.#values[m]
    const mask = metric.isMaskless && !isPadded ? undefined : this.#mask
    const N = this.#columns
    let sum = 0
    let weight = 0
    for (let i = 0; i < entries; i++) {
      const w = (mask ? mask[i] : 1) * (weights ? weights[i] : 1)
      if (w === 0 || ((mask || weights) && metric.skips?.(this.#labels, i * N, N))) continue
      sum += w * (values?.[i] ?? metric.value?.(this.#labels, this.#predictions, i * N, N) ?? 0)
      weight += w
    }
    // a row counts as one, however many steps it has
    this.#means[m][0] += (sum * rows) / entries
    this.#means[m][1] += (weight * rows) / entries
  }

  /** Enters what the metrics come to. */
  tell(figures: Figures): void {
    for (const [m, { key, metric }] of this.plan.placed.entries()) {
      const [sum, weight] = this.#means[m]
      const mean = weight === 0 ? 0 : sum / weight
      const result = this.#accumulators[m]?.result() ?? metric.finish?.(mean) ?? mean
      if (typeof result === 'number') figures[key] = result
      else for (const [i, entry] of result.entries()) figures[`${key}[${i}]`] = entry
    }
  }
}
