import { platform } from '#platform'
import type { Json, JsonObject } from '../config/keras.ts'
import { checkedLater, checkOptions, show, text } from '../config/options.ts'
import { type Float32Tensor, type TensorLike, toTensor } from '../data/tensor.ts'
import { defaultEngine } from '../engines/default.ts'
import type { Arithmetic, Engine } from '../engines/engine.ts'
import { DataError, OptionError } from '../errors.ts'
import { weightsSha256 } from '../file/modelFile.ts'
import type { FileTensor } from '../file/safetensors.ts'
import type { Trace } from '../inspect/trace.ts'
import type { Layer, Shape } from '../layers/layer.ts'
import { loadAround } from '../layers/recurrent.ts'
import type { Applied } from '../layers/symbolic.ts'
import type { Network } from '../network/network.ts'
import { CallbackList, type History } from '../training/callbacks.ts'
import { evaluate, predict } from '../training/evaluate.ts'
import type { Figures } from '../training/figures.ts'
import { fit } from '../training/fit.ts'
import { type Inputs, prepareInputs } from '../training/inputs.ts'
import type { SampleWeights, Targets } from '../training/labels.ts'
import type { Compiled } from '../training/objectives.ts'
import { type Position, resumeNote, startOf } from '../training/position.ts'
import { prepareSamples } from '../training/samples.ts'
import { Session } from '../training/session.ts'
import { Turnstile } from '../training/turnstile.ts'
import { checkWeights, readWeights, writeSlots, writeWeights } from '../training/weights.ts'
import { modelJson } from './config.ts'
import type { ModelExplanation } from './explain.ts'
import { layerOfModel } from './nested.ts'
import {
  type CompileOptions,
  checkExplainOptions,
  checkFitOptions,
  checkPredictOptions,
  type EvaluateOptions,
  type ExplainOptions,
  type FitOptions,
  MODEL_CHECKS,
  type PredictOptions,
  readCompileOptions,
  splitValidation,
} from './options.ts'
import type { Stream } from './stream.ts'
import { countParams, summarize } from './summary.ts'
import type { TraceOptions } from './trace.ts'

export interface ModelOptions {
  /** Default: the class, 'sequential' or 'functional'. */
  name?: string
  /** Of initial weights, shuffles and dropout; drawn if absent. The same seed gives the same bits. */
  seed?: number
  /** What computes; the default engine if absent. */
  engine?: Engine
}

/**
 * What every model can do: compile, fit, evaluate, predict, save … Keras: `Model`.
 *
 * `P` is what `predict` returns: a tensor, or a list of them where the model was given a list of outputs.
 */
export abstract class Model<P extends Float32Tensor | readonly Float32Tensor[] = Float32Tensor> {
  /** Keras's class: 'Sequential' or 'Functional'. */
  abstract readonly className: string
  readonly name: string
  readonly seed: number
  /** Names of the classes, kept in the file. */
  labels: readonly string[] | null = null
  /** What was done to the input before it came here; JSON, kept in the file. */
  preparation: Json = null
  /** Where the model comes from: data, options, versions, history; JSON, kept in the file. */
  provenance: Json = null
  /** Set to true, e.g. by a callback, to stop `fit` after the batch. */
  stopTraining = false
  /** Arithmetic of the file this model was loaded from; null once it has been trained here. */
  loadedArithmetic: Arithmetic | null = null
  readonly #engine: Engine
  #network: Network | null = null
  #session: Promise<Session> | null = null
  #compiled: Compiled | null = null
  #position: Position | null = null
  #training = false
  readonly #turnstile = new Turnstile()

  #layer: Layer | null = null

  constructor(where: string, defaultName: string, options: ModelOptions) {
    checkOptions({ where, options: MODEL_CHECKS }, options)
    this.name = options.name ?? defaultName
    this.seed = options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]
    this.#engine = options.engine ?? defaultEngine()
  }

  /** The graph of layers, once its shapes are known. */
  get network(): Network | null {
    return this.#network
  }

  protected set network(network: Network) {
    this.#network = network
  }

  /** Keras's configuration: `model.get_config()`. */
  abstract getConfig(): JsonObject

  /** Builds the network for an input of this shape (without the batch), where it is not built yet. */
  protected abstract buildFor(shape: Shape): void

  /** The predictions as `predict` returns them. */
  protected abstract predictionsOf(tensors: readonly Float32Tensor[]): P

  /** This model as a layer of another one, with the same weights each time it is applied. */
  get asLayer(): Layer {
    this.#layer ??= layerOfModel(this.name, this.className, this.built(), this.getConfig())
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

  /** Where training stands; null before it began. JSON. */
  get position(): Position | null {
    return this.#position
  }

  /** Names of the weights in `getWeights` order: `lstm/kernel`, … */
  get weightNames(): string[] {
    return this.built().variables.map(({ path }) => path)
  }

  /** Chooses what training makes small, and how. The optimizer starts anew; weights stay. */
  compile(options: CompileOptions): void {
    this.#refuseWhileTraining('compile')
    this.adopt(readCompileOptions(options), null)
  }

  /** Takes up what a file holds of `compile` and of the position in training. */
  adopt(compiled: Compiled | null, position: Position | null): void {
    this.#compiled = compiled
    this.#position = position
    if (compiled) compiled.optimizer.iterations = position?.step ?? 0
  }

  get optimizer() {
    return this.#compiled?.optimizer ?? null
  }

  /** Trains. Returns the figures of every epoch. Keras: `fit`. */
  async fit(x: Inputs, y: Targets, options: FitOptions = {}): Promise<History> {
    checkFitOptions(options)
    const compiled = this.#compiledOrThrow('fit')
    this.#refuseWhileTraining('fit')
    this.#training = true
    this.stopTraining = false
    try {
      return await this.#fit(compiled, x, y, options)
    } finally {
      this.#training = false
    }
  }

  async #fit(compiled: Compiled, x: Inputs, y: Targets, options: FitOptions): Promise<History> {
    const { epochs = 1, validationSplit, validationData, sampleWeight, callbacks = [], signal } = options
    const session = await this.#compiledSession(compiled, x)
    const { network, parts } = session
    const prepare = (prefix: string, ...[x, y, weights]: readonly [Inputs, Targets, SampleWeights?]) =>
      prepareSamples(network, parts.objectives, x, y, weights, prefix)
    const all = prepare('', x, y, sampleWeight)
    const split = validationSplit ? splitValidation(all, validationSplit) : null
    const validation = validationData ? prepare('validation ', ...validationData) : split?.validation
    const { classWeight } = options
    const trained = split?.training ?? all
    const samples = classWeight
      ? (await import('../training/more.ts')).withClassWeights(trained, parts.objectives, classWeight)
      : trained
    const start = startOf(options, this.#position, samples.count)
    const note = options.resume ? resumeNote(this.loadedArithmetic, await this.arithmetic()) : null
    const history = await fit({
      session,
      parts,
      seed: this.seed,
      samples,
      validation: validation ?? null,
      epochs,
      batchSize: start.batchSize,
      shuffle: start.shuffle,
      callbacks: new CallbackList(callbacks, this),
      resumed: options.resume === true,
      signal,
      stopAsked: () => this.stopTraining,
      start,
      turnstile: this.#turnstile,
      moved: (position) => {
        this.#position = position
        if (position.step > start.step) this.loadedArithmetic = null
      },
    })
    if (note) history.notes.push(note)
    return history
  }

  /** Loss and metrics over these samples. Keras: `evaluate`. */
  async evaluate(x: Inputs, y: Targets, options: EvaluateOptions = {}): Promise<Figures> {
    checkPredictOptions('model.evaluate', options, { sampleWeight: checkedLater })
    const compiled = this.#compiledOrThrow('evaluate')
    const { batchSize = 32, signal, sampleWeight } = options
    const session = await this.#compiledSession(compiled, x)
    const { objectives } = session.parts
    const samples = prepareSamples(session.network, objectives, x, y, sampleWeight)
    return evaluate(session, objectives, samples, { batchSize, signal })
  }

  /** The output for these samples: [samples, …]; of several outputs a list. Keras: `predict`. */
  async predict(x: Inputs, options: PredictOptions = {}): Promise<P> {
    checkPredictOptions('model.predict', options)
    const { batchSize = 32, signal } = options
    this.#ensureBuilt(x)
    const inputs = prepareInputs(x, this.built())
    return this.predictionsOf(await predict(await this.#open(), inputs, { batchSize, signal }))
  }

  /**
   * The model step by step, on the calling thread: `stream.push(x)` takes one step and returns the output of this step.
   * With the weights as they are now.
   */
  async stream(): Promise<Stream> {
    const session = await this.#open()
    // most pages never ask
    const { openStream } = await import('./demanded.ts')
    await loadAround()
    return this.#turnstile.enter(() => openStream('model.stream', session, this.#engine))
  }

  /**
   * What the recurrent layers do with these samples: gates, cell and output at every step; with labels the loss, and its
   * gradient with respect to each of them (`gradientFlow` tells its strength).
   */
  async trace(x: Inputs, options: TraceOptions = {}): Promise<Trace> {
    this.#ensureBuilt(x)
    const [session, { trace }] = [await this.#open(), await import('./demanded.ts')]
    return trace(session, this.#compiled, x, options)
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

  /** The instructions of a training step or a prediction, which kernels compute them and why, FLOPs, bytes, memory. */
  async explain(options: ExplainOptions = {}): Promise<ModelExplanation> {
    checkExplainOptions(options)
    const { program = this.#compiled ? 'training' : 'prediction' } = options
    const session =
      program === 'training'
        ? await this.#compiledSession(this.#compiledOrThrow('explain'))
        : await this.#open()
    // most pages never ask
    const { explainProgram } = await import('./demanded.ts')
    return explainProgram(session, this.#engine.name, { ...options, program })
  }

  /** All weights in Keras's order and shapes. */
  async getWeights(): Promise<Float32Tensor[]> {
    return [...(await this.#tensors()).values()].map(({ shape, data }) => ({ shape, data }))
  }

  /** Replaces all weights: in `getWeights` order, of the same shapes; during training between two steps, e.g. in a callback. */
  async setWeights(weights: readonly TensorLike[]): Promise<void> {
    const { variables } = this.built()
    if (!Array.isArray(weights) || weights.length !== variables.length) {
      const names = variables.map(({ path, spec }) => `${path} [${spec.shape}]`).join(', ')
      throw new DataError(
        `model.setWeights: expected ${variables.length} tensors (${names}); got ${weights?.length ?? weights}`,
      )
    }
    const tensors = weights.map((weight, index) => toTensor(weight, variables[index].path))
    const data = checkWeights(this.built(), tensors)
    const session = await this.#open()
    await this.#turnstile.enter(() => writeWeights(session, data))
  }

  /** SHA-256 over the bytes of all weights (little-endian float32) in `getWeights` order. */
  async weightsSha256(): Promise<string | null> {
    return weightsSha256(await this.#tensors())
  }

  /** Of the engine this model runs on: 'fused', 'unfused' or 'float64'. The same arithmetic gives the same bits. */
  async arithmetic(): Promise<Arithmetic> {
    return (await this.#open()).machine.arithmetic
  }

  async #tensors(): Promise<Map<string, FileTensor>> {
    const session = await this.#open()
    return this.#turnstile.enter(() => readWeights(session))
  }

  /** Keras's `model.to_json()`, as an object: configuration, and what `compile` was given. */
  toJson(): JsonObject {
    return modelJson(this, this.built(), this.#compiled)
  }

  /** The whole model as the bytes of one safetensors file; while it is trained, as it is between two steps. */
  saveBytes(): Promise<Uint8Array> {
    return this.#turnstile.enter(() => this.#encode())
  }

  async #encode(): Promise<Uint8Array> {
    const [compiled, { encodeModel }] = [this.#compiled, await import('./demanded.ts')]
    return encodeModel(this, compiled ? await this.#compiledSession(compiled) : await this.#open(), compiled)
  }

  /** Saves the whole model in one file, atomically. Node only; in a browser see `saveBytes`. */
  async save(path: string | URL): Promise<void> {
    if (!(path instanceof URL) && text(path))
      throw new OptionError(`model.save: expected a path or a file URL; got ${show(path)}`)
    await platform.checkWritable(path)
    await platform.writeAtomically(path, await this.saveBytes())
  }

  /** Takes up the optimizer's state from a file; `loadModel` calls it. */
  async restoreSlots(tensors: ReadonlyMap<string, FileTensor>): Promise<void> {
    const compiled = this.#compiledOrThrow('restoreSlots')
    await writeSlots(await this.#compiledSession(compiled), compiled.optimizer.method.slots, tensors)
  }

  #open(): Promise<Session> {
    const network = this.built()
    this.#session ??= Session.open(network, this.#engine, this.seed).catch((error) => {
      this.#session = null
      throw error
    })
    return this.#session
  }

  async #compiledSession(compiled: Compiled, x?: Inputs): Promise<Session> {
    if (x !== undefined) this.#ensureBuilt(x)
    const session = await this.#open()
    await session.compile(compiled)
    return session
  }

  #ensureBuilt(x: Inputs): void {
    if (!this.#network) this.buildFor(toTensor(x as TensorLike, 'x').shape.slice(1))
  }

  /** The network; throws where shapes are not known yet. */
  protected built(): Network {
    if (this.#network) return this.#network
    throw new OptionError(
      `model '${this.name}' does not know its input yet: give its first layer an inputShape, or call build()`,
    )
  }

  #compiledOrThrow(what: string): Compiled {
    if (this.#compiled) return this.#compiled
    throw new OptionError(
      `model.${what}: the model is not compiled. Call model.compile({ optimizer, loss, metrics }) first.`,
    )
  }

  #refuseWhileTraining(what: string): void {
    if (this.#training)
      throw new OptionError(
        `model.${what}: this model is being trained; wait for fit() to end, or stop it by its signal`,
      )
  }
}
