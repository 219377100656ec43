import type { JsonObject } from '../config/keras.ts'
import { checkedLater, checkOptions, show } from '../config/options.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import { OptionError } from '../errors.ts'
import { listOf } from '../layers/listOf.ts'
import { SymbolicTensor } from '../layers/symbolic.ts'
import { graphBetween } from '../network/graphBetween.ts'
import { Network } from '../network/network.ts'
import { functionalConfig } from './functionalConfig.ts'
import { Model } from './model.ts'
import { MODEL_CHECKS } from './options.ts'
import type { ModelOptions } from './weighted.ts'

export interface FunctionalOptions<O extends SymbolicTensor | readonly SymbolicTensor[]>
  extends ModelOptions {
  /** What `input(…)` returned. */
  inputs: SymbolicTensor | readonly SymbolicTensor[]
  /** What layers returned; with a list, `predict` returns a list. */
  outputs: O
}

type PredictionsOf<O> = O extends SymbolicTensor ? Float32Tensor : readonly Float32Tensor[]

/** A graph of layers. Keras: `Model(inputs, outputs)`. Made by `model(…)`. */
export class Functional<
  P extends Float32Tensor | readonly Float32Tensor[] = Float32Tensor | readonly Float32Tensor[],
> extends Model<P> {
  readonly className = 'Functional'
  readonly #single: boolean

  constructor(network: Network, single: boolean, options: ModelOptions) {
    super('model', 'functional', options)
    this.#single = single
    this.network = network
  }

  getConfig(): JsonObject {
    return functionalConfig(this.name, this.built(), this.#single)
  }

  protected buildFor(): void {
    throw new Error('a functional model is built from its start')
  }

  protected predictionsOf(tensors: readonly Float32Tensor[]): P {
    return (this.#single ? tensors[0] : tensors) as P
  }
}

/** A model between tensors of a graph: any number of inputs and outputs, shared layers, models as layers. */
export function model<const O extends SymbolicTensor | readonly SymbolicTensor[]>(
  options: FunctionalOptions<O>,
): Functional<PredictionsOf<O>> {
  checkOptions(
    { where: 'model', options: { ...MODEL_CHECKS, inputs: checkedLater, outputs: checkedLater } },
    options,
  )
  const { inputs, outputs, ...rest } = options
  const graph = graphBetween('model', tensorsOf('inputs', inputs), tensorsOf('outputs', outputs))
  return new Functional<PredictionsOf<O>>(new Network(graph), !Array.isArray(outputs), rest)
}

function tensorsOf(
  option: string,
  given: SymbolicTensor | readonly SymbolicTensor[],
): readonly SymbolicTensor[] {
  const tensors = listOf(given)
  if (tensors.length > 0 && tensors.every((tensor) => tensor instanceof SymbolicTensor)) return tensors
  throw new OptionError(
    `model: option '${option}' must be a tensor made by input(…) or a layer's apply(…), or a list of them; got ${show(given)}`,
  )
}
