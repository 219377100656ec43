import { show } from '../config/options.ts'
import { checkFinite, isRagged, type Tensor } from '../data/tensor.ts'
import { DataError } from '../errors.ts'
import type { Loss } from '../losses/loss.ts'
import { rest } from '../losses/rest.ts'
import type { Network } from '../network/network.ts'
import { sizeOf } from '../program/program.ts'
import { oneForEach, outOfList, predictionShapes, sizesOf, type TensorOrSequences } from './inputs.ts'
import type { Objective } from './objectives.ts'
import { raggedParts, toSamples } from './sequences.ts'

/** Labels of a model's output; of several in their order, or by the outputs' names. */
export type Targets =
  | TensorOrSequences
  | readonly TensorOrSequences[]
  | Readonly<Record<string, TensorOrSequences>>

/** What each sample [samples], or each of its steps [samples, T], counts for; for several outputs in a list or by name. */
export type SampleWeights = Targets

/** Checks the labels of every output. @returns by objective; null where the output has neither loss nor metrics */
export function prepareTargets(
  given: Targets,
  network: Network,
  objectives: readonly Objective[],
  inputs: readonly Tensor[],
  name: string,
): (Tensor | null)[] {
  const shapes = predictionShapes(network, inputs)
  const names = objectives.map(({ output }) => output.name)
  const targets = oneForEach<TensorOrSequences>(listed(given, shapes), names, name, true)
  return objectives.map(({ loss, labels: kind }, index) => {
    if (!kind) return null
    const where = names.length === 1 ? name : `${name}, output '${names[index]}'`
    const target = targets[index]
    if (target === undefined || target === null) throw new DataError(`${where} is missing`)
    if (kind === 'sequences') {
      const steps = lengthsOf(network, inputs, index)
      return rest.module.prepareSequences(
        toSamples(target, where),
        shapes[index],
        (sample) => steps?.[sample] ?? shapes[index][1],
        where,
      )
    }
    const labels = prepareLabels(target, shapes[index], loss ?? { labels: kind }, where)
    if (isRagged(labels))
      raggedParts().checkLengths(labels, network, inputs, network.outputs[index].dims[0], where)
    return labels
  })
}

/** Of an only output, what stands in a list: a list of one is no list of so many samples. */
function listed<T>(given: T, [shape, ...more]: readonly (readonly number[])[]): T {
  if (more.length > 0) return given
  return outOfList(given, (y) => {
    const [samples, ...axes] = sizesOf(y)
    return samples === shape[0] && (samples > 1 || axes.length === shape.length - 1)
  })
}

/** Checks sample weights. @returns by objective; null where all samples count alike */
export function prepareWeights(
  given: SampleWeights | undefined,
  network: Network,
  objectives: readonly Objective[],
  inputs: readonly Tensor[],
  name: string,
): (Tensor | null)[] {
  if (given === undefined || given === null) return objectives.map(() => null)
  const shapes = predictionShapes(network, inputs)
  const names = objectives.map(({ output }) => output.name)
  return oneForEach<TensorOrSequences>(listed(given, shapes), names, name, true).map((each, index) => {
    if (each === undefined || each === null) return null
    const where = names.length === 1 ? name : `${name}, output '${names[index]}'`
    const weights = toSamples(each, where)
    if (isRagged(weights))
      raggedParts().checkLengths(weights, network, inputs, network.outputs[index].dims[0], where)
    const steps = shapes[index].slice(0, objectives[index].labels === 'sequences' ? 1 : -1)
    const { shape } = weights
    const fits = equal(shape, steps.slice(0, 1)) || equal(shape, [steps[0], 1]) || equal(shape, steps)
    if (!fits)
      throw new DataError(
        `${where}: expected one number a sample, shape [${steps[0]}]${steps.length > 1 ? `, or a step, [${steps}]` : ''}; got [${shape}]`,
      )
    if (!isRagged(weights)) checkFinite(weights, where)
    return weights
  })
}

/** What a loss says of its labels. */
export type LabelRules = Omit<Partial<Loss>, 'labels'> & Pick<Loss, 'labels'>

/**
 * Checks labels against the loss and the output, and brings them into the shape that the program takes.
 *
 * @param predictions shape of the predictions for these samples: [samples, …, N]
 */
export function prepareLabels(
  input: TensorOrSequences,
  predictions: readonly number[],
  loss: LabelRules,
  name = 'y',
): Tensor {
  const y = toSamples(input, name)
  if (y.shape[0] !== predictions[0]) {
    throw new DataError(
      `${name} holds ${y.shape[0] ?? 0} samples, x holds ${predictions[0]}; they must be equal`,
    )
  }
  if (!isRagged(y)) checkFinite(y, name)
  return loss.labels === 'classes'
    ? rest.module.prepareClasses(y, predictions, loss, name)
    : prepareValues(y, predictions, loss, name)
}

/** Steps of each sample's predictions, where sequences differ in length. */
function lengthsOf(network: Network, inputs: readonly Tensor[], output: number): Int32Array | null {
  return inputs.some(isRagged)
    ? raggedParts().lengthsOf(network, inputs, network.outputs[output].dims[0])
    : null
}

function prepareValues(y: Tensor, predictions: readonly number[], loss: LabelRules, name: string): Tensor {
  const { copies = 1 } = loss
  const columns = predictions[predictions.length - 1]
  const expected = predictions.with(-1, columns / copies)
  if (!Number.isInteger(columns / copies))
    throw new DataError(`the model has ${columns} outputs; its loss takes a multiple of ${copies}`)
  const withoutLast = columns === copies && equal(y.shape, predictions.slice(0, -1))
  if (!equal(y.shape, expected) && !withoutLast) {
    const isClasses = equal(y.shape, predictions.slice(0, -1))
    const hint = isClasses ? ` Whole numbers as labels go with the loss 'sparseCategoricalCrossentropy'.` : ''
    const whose = copies === 1 ? 'of the predictions, ' : ''
    throw new DataError(`${name}: expected the shape ${whose}[${expected}]; got [${y.shape}].${hint}`)
  }
  if (loss.labelsAreDistributions) checkDistributions(y, columns, name)
  if (loss.labelsAreProbabilities) checkProbabilities(y, name)
  return { ...y, shape: predictions, data: loss.repeat?.(y.data, columns / copies) ?? y.data }
}

function checkProbabilities({ data }: Tensor, name: string): void {
  const at = data.findIndex((label) => label < 0 || label > 1)
  if (at >= 0)
    throw new DataError(
      `${name}: labels must be 0 or 1 (or probabilities between); entry ${at} is ${data[at]}`,
    )
}

/** One-hot rows, or probabilities: nothing negative, adding up to one. */
function checkDistributions({ data }: Tensor, classes: number, name: string): void {
  for (let row = 0; row * classes < data.length; row++) {
    let sum = 0
    let lowest = 0
    for (let n = 0; n < classes; n++) {
      const value = data[row * classes + n]
      sum += value
      if (value < lowest) lowest = value
    }
    if (Math.abs(sum - 1) > 1e-3 || lowest < 0) {
      const found = show([...data.subarray(row * classes, (row + 1) * classes)])
      throw new DataError(
        `${name}: row ${row} must be one-hot (or probabilities that add up to 1); got ${found}`,
      )
    }
  }
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && sizeOf(a) === sizeOf(b) && a.every((dim, axis) => dim === b[axis])
}
