import type { JsonObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import { OptionError } from '../errors.ts'
import { isShape, type Layer, type Shape } from '../layers/layer.ts'
import { Network, nameLayers } from '../network/network.ts'
import { sequentialConfig } from './config.ts'
import { Model } from './model.ts'
import type { ModelOptions } from './weighted.ts'

/** A chain of layers. Keras: `Sequential`. Made by `sequential(…)`. */
export class Sequential extends Model {
  readonly className = 'Sequential'
  readonly #layers: readonly Layer[]
  readonly #names: readonly string[]

  constructor(layers: readonly (Layer | Model)[], options: ModelOptions = {}) {
    super('sequential', 'sequential', options)
    if (!Array.isArray(layers) || layers.length === 0)
      throw new OptionError('sequential: expected a list of at least one layer')
    this.#layers = layers.map(layerAt)
    this.#names = nameLayers(this.#layers)
    const [{ inputShape }] = this.#layers
    if (inputShape) this.build(inputShape)
  }

  override get layers(): readonly Layer[] {
    return this.#layers
  }

  /** Fixes the shapes, where the first layer was given no inputShape. Shape of one sample, without the batch. */
  build(inputShape: Shape): void {
    if (this.network)
      throw new OptionError(
        `model '${this.name}' is built already, for the input [${this.network.inputs[0].shape}]`,
      )
    const expected = isShape(inputShape)
    if (expected)
      throw new OptionError(`model.build: the input's shape must be ${expected}; got ${show(inputShape)}`)
    this.network = Network.chain(this.#layers, this.#names, inputShape)
  }

  getConfig(): JsonObject {
    return sequentialConfig(this.name, this.built())
  }

  protected buildFor(shape: Shape): void {
    this.build(shape)
  }

  protected predictionsOf([predictions]: readonly Float32Tensor[]): Float32Tensor {
    return predictions
  }
}

/** A model out of layers (or models), one after the other. */
export function sequential(layers: readonly (Layer | Model)[], options: ModelOptions = {}): Sequential {
  return new Sequential(layers, options)
}

function layerAt(layer: unknown, index: number): Layer {
  if (layer instanceof Model) return layer.asLayer
  const { emit, outputShape, weights } = (layer ?? {}) as Partial<Layer>
  if ([emit, outputShape, weights].every((part) => typeof part === 'function')) return layer as Layer
  throw new OptionError(
    `sequential: entry ${index} is not a layer; make layers by layers.lstm(…), layers.dense(…) and their kin`,
  )
}
