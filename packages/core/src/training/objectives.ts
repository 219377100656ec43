import { OptionError } from '../errors.ts'
import { formatShape } from '../layers/shape.ts'
import type { Loss } from '../losses/loss.ts'
import { rest } from '../losses/rest.ts'
import type { Metric } from '../metrics/metric.ts'
import type { Network, NetworkOutput } from '../network/network.ts'
import type { Optimizer } from '../optimizers/index.ts'
import { type FiguresPlan, planFigures } from './figures.ts'

/** One for every output: in their order, or by the output's name. */
export type PerOutput<T> = readonly T[] | Readonly<Record<string, T>>

/** What `compile` was given, resolved. */
export interface Compiled {
  readonly optimizer: Optimizer
  /** A single one serves every output. */
  readonly loss: Loss | PerOutput<Loss | null>
  readonly lossWeights: PerOutput<number> | null
  /** A plain list is the only output's. */
  readonly metrics: PerOutput<Metric | readonly Metric[]>
  readonly weightedMetrics: PerOutput<Metric | readonly Metric[]>
}

/** What an output is trained to, and measured by. */
export interface Objective {
  readonly output: NetworkOutput
  /** After the names of a program's inputs: '' for a model's only output, else '/' and its name. */
  readonly suffix: string
  readonly loss: Loss | null
  readonly plan: FiguresPlan
  /** How its labels are given, once loss and metrics are loaded; null where it has neither, and needs none. */
  readonly labels: Loss['labels'] | null
}

/** Distributes what `compile` was given over the outputs. Throws where it does not fit them. */
export function objectivesOf(network: Network, compiled: Omit<Compiled, 'optimizer'>): Objective[] {
  const { outputs } = network
  const { loss, lossWeights, metrics, weightedMetrics } = compiled
  const losses = isLoss(loss) ? outputs.map(() => loss) : distribute('loss', outputs, loss)
  const weights = lossWeights ? distribute('lossWeights', outputs, lossWeights) : []
  const plain = distributeMetrics('metrics', outputs, metrics)
  const weighted = distributeMetrics('weightedMetrics', outputs, weightedMetrics)
  const plans = planFigures(
    outputs.map(({ name }, index) => ({
      output: outputs.length === 1 ? '' : name,
      loss: losses[index] ?? null,
      lossWeight: weights[index] ?? 1,
      metrics: plain[index],
      weightedMetrics: weighted[index],
    })),
  )
  return outputs.map((output, index) => ({
    output,
    suffix: outputs.length === 1 ? '' : `/${output.name}`,
    loss: losses[index] ?? null,
    plan: plans[index],
    get labels() {
      return labelsFor(this.loss, this.plan)
    },
  }))
}

/** Brings what losses and metrics are made of, where names alone told them. Awaited before anything is asked of them. */
export async function loadCompiled({ loss, metrics, weightedMetrics }: Compiled): Promise<void> {
  const parts = [isLoss(loss) ? [loss] : loss, metrics, weightedMetrics].flatMap((part) =>
    Object.values(part),
  )
  const found = parts.flat() as (Loss | Metric | null)[]
  await Promise.all(found.map((part) => part?.load?.()))
  // those that a program made by itself have not loaded it
  if (found.some((part) => part?.labels && part.labels !== 'values')) await rest.load()
}

/** Refuses metrics that do not go with the predictions, or the labels, that they are to measure. */
export function checkMetrics(objectives: readonly Objective[]): void {
  for (const { output, plan, loss } of objectives) {
    if (loss?.labels === 'sequences' && plan.placed.length > 0)
      throw new OptionError(
        `model.compile: the labels of the loss ${loss.className} are sequences of their own, which the metric '${plan.placed[0].metric.name}' cannot hold against predictions. Leave it out.`,
      )
    for (const { metric } of plan.placed) {
      const { shape } = output
      const expected = metric.check?.(shape.length + 1, Number(shape.at(-1) ?? 1))
      if (expected)
        throw new OptionError(
          `model.compile: the metric '${metric.name}' needs ${expected}; the model's have the shape ${formatShape(shape)}`,
        )
    }
  }
}

/** A loss tells how labels are given, or without one the metrics do. */
function labelsFor(loss: Loss | null, { placed }: FiguresPlan): Objective['labels'] {
  if (loss) return loss.labels
  if (placed.length === 0) return null
  return placed.some(({ metric }) => metric.labels === 'classes') ? 'classes' : 'values'
}

export function isLoss(loss: Compiled['loss']): loss is Loss {
  return typeof (loss as Loss).className === 'string'
}

function distribute<T>(
  what: string,
  outputs: readonly NetworkOutput[],
  given: PerOutput<T>,
): (T | undefined)[] {
  const names = outputs.map(({ name }) => name)
  if (isList(given)) {
    if (given.length !== outputs.length)
      throw new OptionError(
        `model.compile: ${what} has ${given.length} entries, the model ${outputs.length} outputs (${names.join(', ')}); give one for each`,
      )
    return [...given]
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new OptionError(
      `model.compile: ${what} names an output '${unknown}'; the model's outputs are ${names.join(', ')}`,
    )
  return names.map((name) => given[name])
}

function distributeMetrics(
  what: string,
  outputs: readonly NetworkOutput[],
  given: PerOutput<Metric | readonly Metric[]>,
): (readonly Metric[])[] {
  if (isList(given)) {
    if (outputs.length === 1) return [given.flat() as Metric[]]
    if (given.length === 0) return outputs.map(() => [])
  }
  return distribute(what, outputs, given).map((metrics) =>
    metrics === undefined ? [] : ([metrics].flat() as Metric[]),
  )
}

const isList = <T>(given: PerOutput<T>): given is readonly T[] => Array.isArray(given)
