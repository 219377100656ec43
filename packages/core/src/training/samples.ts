import type { Tensor } from '../data/tensor.ts'
import type { Network } from '../network/network.ts'
import { type Inputs, prepareInputs } from './inputs.ts'
import { prepareTargets, prepareWeights, type SampleWeights, type Targets } from './labels.ts'
import type { Objective } from './objectives.ts'

/** Samples, checked and in the shapes that programs take. */
export interface Samples {
  readonly count: number
  /** By input of the network. */
  readonly inputs: readonly Tensor[]
  /** By objective; null where it has neither loss nor metrics. */
  readonly labels: readonly (Tensor | null)[]
  /** By objective: what each sample [N] or each of its steps [N, T] counts for; null: all 1. */
  readonly weights: readonly (Tensor | null)[]
}

/** Checks samples, labels and sample weights against a model. @param prefix of their names in errors: 'validation ' */
export function prepareSamples(
  network: Network,
  objectives: readonly Objective[],
  x: Inputs,
  y: Targets,
  sampleWeight: SampleWeights | undefined,
  prefix = '',
): Samples {
  const inputs = prepareInputs(x, network, `${prefix}x`)
  return {
    count: inputs[0].shape[0],
    inputs,
    labels: prepareTargets(y, network, objectives, inputs, `${prefix}y`),
    weights: prepareWeights(sampleWeight, network, objectives, inputs, `${prefix}sampleWeight`),
  }
}
