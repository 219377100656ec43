import { type Check, show } from '../config/options.ts'
import type { Tensor } from '../data/tensor.ts'
import { OptionError } from '../errors.ts'
import type { Objective } from './objectives.ts'
import type { Samples } from './samples.ts'

/** What the samples of a class count for, by the class's number: `{ 0: 1, 3: 5 }`. Those not named count 1. */
export type ClassWeight = Readonly<Record<number, number>>

const isClassWeight: Check = (value) => {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const wrong =
    isObject &&
    Object.entries(value).find(([key, weight]) => !/^-?\d+$/.test(key) || !Number.isFinite(weight))
  if (wrong) return `an object of finite numbers by whole classes (not '${wrong[0]}': ${show(wrong[1])})`
  return isObject ? null : 'an object of weights by class, e.g. { 0: 1, 1: 5 }'
}

/**
 * The samples, or with `isBatch` one batch of them, each weighted by its class. As Keras tells it: the label, rounded, or of several columns the first that is
 * largest.
 */
export function withClassWeights(
  samples: Samples,
  objectives: readonly Objective[],
  classWeight: ClassWeight,
  isBatch: boolean,
): Samples {
  const where = `model.${isBatch ? 'trainOnBatch' : 'fit'}: classWeight`
  const expected = isClassWeight(classWeight)
  if (expected) throw new OptionError(`${where} must be ${expected}; got ${show(classWeight)}`)
  const [objective] = objectives
  const [labels] = samples.labels
  if (objectives.length !== 1 || !labels)
    throw new OptionError(`${where} goes with models of one output; give sampleWeight, by output`)
  const outputs = Number(objective.output.shape.at(-1))
  const columns = objective.labels === 'classes' ? 1 : outputs
  if (labels.data.length !== samples.count * columns)
    throw new OptionError(
      `${where} needs one label a sample, and here every step has one. Give sampleWeight, shape [samples, steps].`,
    )
  const classes = classesOf(labels, samples.count, columns)
  // of a single output any whole number may be a class; then it must occur among all samples
  const known = outputs > 1 ? Array.from({ length: outputs }, (_, n) => n) : classes
  const missing = Object.keys(classWeight).find((label) => !known.includes(Number(label)))
  if (missing !== undefined && (outputs > 1 || !isBatch)) {
    const there = outputs > 1 ? `the model's are 0 to ${outputs - 1}` : 'no label is of it'
    throw new OptionError(`${where} names the class ${missing}, but ${there}`)
  }
  const data = Float32Array.from(classes, (label) => classWeight[label] ?? 1)
  return { ...samples, weights: [{ shape: [samples.count], data }] }
}

function classesOf({ data }: Tensor, samples: number, columns: number): Int32Array {
  return Int32Array.from({ length: samples }, (_, sample) => {
    const from = sample * columns
    if (columns === 1) return Math.round(data[from])
    let best = from
    for (let i = from + 1; i < from + columns; i++) if (data[i] > data[best]) best = i
    return best - from
  })
}
