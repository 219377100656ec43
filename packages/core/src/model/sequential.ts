import type { JsonObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import { OptionError } from '../errors.ts'
import type { Layer } from '../layers/layer.ts'
import { isShape, type Shape } from '../layers/shape.ts'
import { Network, nameLayers } from '../network/network.ts'
import { sequentialConfig } from './config.ts'
import { Model } from './model.ts'
import type { ModelOptions } from './weighted.ts'

/** A chain of layers. Keras: `Sequential`. Made by `sequential(…)`. */
export class Sequential extends Model {
  readonly className = 'Sequential'
  #layers: readonly Layer[] = []
  #names: readonly string[] = []

  constructor(layers: readonly (Layer | Model)[], options: ModelOptions = {}) {
    super('sequential', 'sequential', options)
    if (!Array.isArray(layers))
      throw new OptionError(`sequential: expected a list of layers; got ${show(layers)}`)
    this.#take(layers.map(layerAt), null)
  }

  /** Puts a layer, or a model, behind the others. Weights stay; the model is to be compiled anew. Keras: `add`. */
  add(layer: Layer | Model): void {
    this.#change([...this.#layers, layerAt(layer, this.#layers.length)])
  }

  /** Takes the last layer off, and returns it. Weights stay; the model is to be compiled anew. Keras: `pop`. */
  pop(): Layer {
    const last = this.#layers.at(-1)
    if (!last) throw new OptionError(`model '${this.name}' has no layers to take off`)
    this.#change(this.#layers.slice(0, -1))
    return last
  }

  #change(layers: readonly Layer[]): void {
    this.startAnew()
    this.#take(layers, this.inputShape)
  }

  /** @param shape of the input, where it is known */
  #take(layers: readonly Layer[], shape: Shape | null): void {
    this.#names = nameLayers(layers)
    this.#layers = layers
    this.restart(null)
    const inputShape = layers[0]?.inputShape ?? (layers.length > 0 ? shape : null)
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
    if (this.#layers.length === 0)
      throw new OptionError(`model '${this.name}' has no layers yet; give it some, or add() them`)
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
export function sequential(layers: readonly (Layer | Model)[] = [], options: ModelOptions = {}): Sequential {
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
