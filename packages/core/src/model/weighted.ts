import type { JsonObject } from '../config/keras.ts'
import { checkOptions, show } from '../config/options.ts'
import { type Float32Tensor, isRagged, type TensorLike, toTensor } from '../data/tensor.ts'
import { defaultEngine } from '../engines/default.ts'
import type { Arithmetic, Engine } from '../engines/engine.ts'
import { DataError, OptionError } from '../errors.ts'
import type { FileTensor } from '../file/safetensors.ts'
import { type Layer, ownBy, type Shape } from '../layers/layer.ts'
import type { Applied } from '../layers/symbolic.ts'
import type { Network, Variable } from '../network/network.ts'
import type { Inputs } from '../training/inputs.ts'
import { toSamples } from '../training/sequences.ts'
import { Session } from '../training/session.ts'
import { type BatchSource, isBatchSource } from '../training/sources.ts'
import { Turnstile } from '../training/turnstile.ts'
import { checkWeights, readTensors, writeWeights } from '../training/weights.ts'
import { more } from './data.ts'
import { layerOfModel, setTrainable } from './nested.ts'
import { MODEL_CHECKS } from './options.ts'
import { countParams, summarize } from './summary.ts'

export interface ModelOptions {
  /** Default: the class, 'sequential' or 'functional'. */
  name?: string
  /** Of initial weights, shuffles and dropout; drawn if absent. The same seed gives the same bits. */
  seed?: number
  /** What computes; the default engine if absent. */
  engine?: Engine
}

/** A graph of layers with its weights on an engine: what a model is before it is compiled. */
export abstract class Weighted {
  /** Keras's class: 'Sequential' or 'Functional'. */
  abstract readonly className: string
  readonly name: string
  protected readonly engine: Engine
  /** Open while nothing is computed, or between two steps. */
  protected readonly turnstile = new Turnstile()
  #network: Network | null = null
  #session: Promise<Session> | null = null
  #layer: Layer | null = null
  #seed: number

  constructor(where: string, defaultName: string, options: ModelOptions) {
    checkOptions({ where, options: MODEL_CHECKS }, options)
    this.name = options.name ?? defaultName
    this.#seed = options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]
    this.engine = options.engine ?? defaultEngine()
  }

  /** The graph of layers, once its shapes are known. */
  get network(): Network | null {
    return this.#network
  }

  protected set network(network: Network | null) {
    this.#network = network
    for (const { layer } of network?.layers ?? []) ownBy(this, layer)
  }

  /** Forgets what was made of the network before; weights stay where they live. */
  protected restart(network: Network | null): void {
    this.#session = null
    this.#layer = null
    this.network = network
  }

  /** Keras's configuration: `model.get_config()`. */
  abstract getConfig(): JsonObject

  /** Builds the network for an input of this shape (without the batch), where it is not built yet. */
  protected abstract buildFor(shape: Shape): void

  /** This model as a layer of another one, with the same weights each time it is applied. */
  get asLayer(): Layer {
    this.#layer ??= layerOfModel(this.name, this.className, this.built(), () => this.getConfig())
    return this.#layer
  }

  /** Applies the model to tensors of a graph, as a layer. */
  apply(to: Applied) {
    return this.asLayer.apply(to)
  }

  /** The same for a model of several outputs. */
  applyAll(to: Applied) {
    return this.asLayer.applyAll(to)
  }

  /** Shape of the (only or first) input without the batch; null while unknown. */
  get inputShape(): Shape | null {
    return this.#network?.inputs[0].shape ?? null
  }

  get outputShape(): Shape | null {
    return this.#network?.outputs[0].shape ?? null
  }

  /** The layers, in Keras's order. */
  get layers(): readonly Layer[] {
    return this.built().layers.map(({ layer }) => layer)
  }

  /** The layer of this name, or at this place. Keras: `get_layer`. */
  getLayer(which: string | number): Layer {
    const { layers } = this.built()
    const found = typeof which === 'number' ? layers.at(which) : layers.find(({ name }) => name === which)
    if (found) return found.layer
    throw new OptionError(
      `model.getLayer: there is no layer ${show(which)}; the model's are ${layers.map(({ name }) => name).join(', ')}`,
    )
  }

  /** Of initial weights, shuffles and dropout. */
  get seed(): number {
    return this.#seed
  }

  protected set seed(seed: number) {
    this.#seed = seed
  }

  /** May training change its weights? Set, it is set for all layers too; it counts when `compile` is called, as in Keras. */
  get trainable(): boolean {
    return this.built().trainable
  }

  set trainable(trainable: boolean) {
    setTrainable(this.built(), trainable)
  }

  /** Names of the weights in `getWeights` order: `lstm/kernel`, … */
  get weightNames(): string[] {
    return this.built().variables.map(({ path }) => path)
  }

  /** Begins new sequences: what stateful layers carry from batch to batch is zero again. Keras: `reset_states`. */
  async resetStates(): Promise<void> {
    if (this.#session) (await this.#session).resetStates()
  }

  /** The layers, what comes out of them, and their weights, as a table. */
  summary(): string {
    return summarize(this.name, this.built())
  }

  countParams(): number {
    return countParams(this.built())
  }

  /** All weights in Keras's order and shapes. */
  async getWeights(): Promise<Float32Tensor[]> {
    return [...(await this.#tensors()).values()].map(({ shape, data }) => ({ shape, data }))
  }

  /** Replaces all weights: in `getWeights` order, of the same shapes; during training between two steps, e.g. in a callback. */
  async setWeights(weights: readonly TensorLike[]): Promise<void> {
    await this.#replace('model.setWeights', this.built().variables, weights)
  }

  /** The weights of one of its layers; `layer.getWeights()` asks for them. */
  async weightsOf(layer: Layer): Promise<Float32Tensor[]> {
    const tensors = await this.#tensors()
    return this.#variablesOf(layer).map(({ path, spec: { shape } }) => ({
      shape,
      data: (tensors.get(path) as FileTensor).data,
    }))
  }

  async setWeightsOf(layer: Layer, weights: readonly TensorLike[]): Promise<void> {
    await this.#replace('layer.setWeights', this.#variablesOf(layer), weights)
  }

  #variablesOf(layer: Layer): readonly Variable[] {
    return this.built().variables.filter((variable) => variable.layer === layer)
  }

  async #replace(
    where: string,
    variables: readonly Variable[],
    weights: readonly TensorLike[],
  ): Promise<void> {
    if (!Array.isArray(weights) || weights.length !== variables.length) {
      const names = variables.map(({ path, spec }) => `${path} [${spec.shape}]`).join(', ')
      throw new DataError(
        `${where}: expected ${variables.length} tensors (${names}); got ${weights?.length ?? weights}`,
      )
    }
    const tensors = weights.map((weight, index) => toTensor(weight, variables[index].path))
    const data = checkWeights({ variables }, tensors)
    const session = await this.open()
    await this.turnstile.enter(() => writeWeights(session, variables, data))
  }

  /** SHA-256 over the bytes of all weights (little-endian float32) in `getWeights` order. */
  async weightsSha256(): Promise<string | null> {
    const [tensors, { weightsSha256 }] = [await this.#tensors(), await more()]
    return weightsSha256(tensors)
  }

  /** Of the engine this model runs on: 'fused', 'unfused' or 'float64'. The same arithmetic gives the same bits. */
  async arithmetic(): Promise<Arithmetic> {
    return (await this.open()).machine.arithmetic
  }

  async #tensors(): Promise<Map<string, FileTensor>> {
    const session = await this.open()
    return this.turnstile.enter(() => readTensors(session))
  }

  protected open(): Promise<Session> {
    const network = this.built()
    this.#session ??= Session.open(network, this.engine, this.seed).catch((error) => {
      this.#session = null
      throw error
    })
    return this.#session
  }

  protected ensureBuilt(x: Inputs | BatchSource<unknown>): void {
    if (this.#network || isBatchSource(x)) return
    const first = toSamples(x as TensorLike, 'x')
    this.buildFor(isRagged(first) ? [null, ...first.shape.slice(2)] : first.shape.slice(1))
  }

  /** The network; throws where shapes are not known yet. */
  protected built(): Network {
    if (this.#network) return this.#network
    throw new OptionError(
      `model '${this.name}' does not know its input yet: give its first layer an inputShape, or call build()`,
    )
  }
}
