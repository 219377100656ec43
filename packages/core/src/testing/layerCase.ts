import { input } from '../layers/input.ts'
import type { Layer, Shape } from '../layers/layer.ts'
import type { SymbolicTensor } from '../layers/symbolic.ts'
import { Functional } from '../model/functional.ts'
import type { ModelOptions } from '../model/weighted.ts'
import { graphBetween } from '../network/graphBetween.ts'
import { Network } from '../network/network.ts'

/** A layer with some options, and what it is checked on. */
export interface LayerCase {
  readonly name: string
  readonly layer: () => Layer
  /** Shapes of its inputs without the batch; null is a length that may differ. */
  readonly inputs: readonly Shape[]
  /** So many of the inputs, the last ones, are states that it starts from. */
  readonly initialStates: number
  /** Its mask is its own, whatever mask it is given (Masking), or it takes none. */
  readonly ownMask: boolean
}

/** One case for each of `optionsOf`: the options of a layer function, by which the case is named. */
export function casesOf<O>(
  make: (options: O) => Layer,
  inputs: readonly Shape[],
  optionsOf: readonly NoInfer<O>[],
  { initialStates = 0, ownMask = false }: { initialStates?: number; ownMask?: boolean } = {},
): LayerCase[] {
  return optionsOf.map((options) => ({
    name: `${JSON.stringify(options)} on ${inputs.map((shape) => `[${shape.map((n) => n ?? 'any')}]`).join(' ')}`,
    layer: () => make(options),
    inputs,
    initialStates,
    ownMask,
  }))
}

/** The layer between inputs and outputs of a graph; with a stem, behind a layer whose gradient is that of the input. */
export function networkOf(testCase: LayerCase, stem: (width: number) => Layer | null = () => null): Network {
  const layer = testCase.layer()
  const inputs = testCase.inputs.map((shape) => input({ shape }))
  const stems = inputs.map((tensor) => {
    const width = layer.takesIds === undefined ? tensor.shape.at(-1) : null
    return (typeof width === 'number' ? stem(width)?.apply(tensor) : null) ?? tensor
  })
  const given = stems.slice(0, stems.length - testCase.initialStates)
  const states = stems.slice(given.length)
  const outputs: readonly SymbolicTensor[] = layer.applyAll(
    given,
    states.length > 0 ? { initialState: states } : {},
  )
  return new Network(graphBetween('a case', inputs, outputs))
}

export function modelOf(network: Network, options: ModelOptions): Functional {
  return new Functional(network, network.outputs.length === 1, { seed: 3, ...options })
}
