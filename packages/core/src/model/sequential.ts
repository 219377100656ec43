import { platform } from '#platform'
import type { Json, JsonObject } from '../config/keras.ts'
import { checkOptions, positiveInteger, show, text } from '../config/options.ts'
import { type Float32Tensor, type Tensor, type TensorLike, toTensor } from '../data/tensor.ts'
import { defaultEngine } from '../engines/default.ts'
import type { Arithmetic, Engine } from '../engines/engine.ts'
import { DataError, OptionError } from '../errors.ts'
import { encodeModelFile, isTexts, weightsSha256 } from '../file/modelFile.ts'
import type { FileTensor } from '../file/safetensors.ts'
import { isShape, type Layer, type Shape } from '../layers/layer.ts'
import { Network, nameLayers } from '../network/network.ts'
import { checkLearningRate } from '../optimizers/index.ts'
import { BATCH, type Extents } from '../program/program.ts'
import { CallbackList, type History } from '../training/callbacks.ts'
import { evaluate, predict } from '../training/evaluate.ts'
import type { Figures } from '../training/figures.ts'
import { fit } from '../training/fit.ts'
import { predictionShape, prepareInput } from '../training/inputs.ts'
import { prepareLabels } from '../training/labels.ts'
import { type Position, startOf } from '../training/position.ts'
import type { Compiled } from '../training/programs.ts'
import { Session } from '../training/session.ts'
import { Turnstile } from '../training/turnstile.ts'
import { checkWeights, readSlots, readWeights, writeSlots, writeWeights } from '../training/weights.ts'
import { modelJson, sequentialConfig } from './config.ts'
import type { ModelExplanation } from './explain.ts'
import {
  type CompileOptions,
  checkExplainOptions,
  checkFitOptions,
  checkPredictOptions,
  type ExplainOptions,
  type FitOptions,
  MODEL_CHECKS,
  type PredictOptions,
  readCompileOptions,
  splitValidation,
} from './options.ts'
import { countParams, summarize } from './summary.ts'

export interface SequentialOptions {
  /** Default 'sequential'. */
  name?: string
  /** Of initial weights, shuffles and dropout; drawn if absent. The same seed gives the same bits. */
  seed?: number
  /** What computes; the default engine if absent. */
  engine?: Engine
}

/** A chain of layers. Keras: `Sequential`. Made by `sequential(…)`. */
export class Sequential {
  readonly name: string
  readonly seed: number
  readonly layers: readonly Layer[]
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
  readonly #names: readonly string[]
  readonly #engine: Engine
  #network: Network | null = null
  #session: Promise<Session> | null = null
  #compiled: Compiled | null = null
  #position: Position | null = null
  #training = false
  readonly #turnstile = new Turnstile()

  constructor(layers: readonly Layer[], options: SequentialOptions = {}) {
    checkOptions({ where: 'sequential', options: MODEL_CHECKS }, options)
    if (!Array.isArray(layers) || layers.length === 0)
      throw new OptionError('sequential: expected a list of at least one layer')
    const wrong = layers.findIndex((layer) => !isLayer(layer))
    if (wrong >= 0)
      throw new OptionError(
        `sequential: entry ${wrong} is not a layer; make layers by layers.lstm(…), layers.dense(…) and their kin`,
      )
    this.name = options.name ?? 'sequential'
    this.seed = options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]
    this.layers = layers
    this.#names = nameLayers(layers)
    this.#engine = options.engine ?? defaultEngine()
    if (layers[0].inputShape) this.build(layers[0].inputShape)
  }

  /** Shape of the input without the batch; null while unknown. */
  get inputShape(): Shape | null {
    return this.#network?.inputShape ?? null
  }

  get outputShape(): Shape | null {
    return this.#network?.outputShape ?? null
  }

  /** Where training stands; null before it began. JSON. */
  get position(): Position | null {
    return this.#position
  }

  /** Names of the weights in `getWeights` order: `lstm/kernel`, … */
  get weightNames(): string[] {
    return this.#built().variables.map(({ path }) => path)
  }

  /** Fixes the shapes, where the first layer was given no inputShape. Shape of one sample, without the batch. */
  build(inputShape: Shape): void {
    if (this.#network)
      throw new OptionError(
        `model '${this.name}' is built already, for the input [${this.#network.inputShape}]`,
      )
    const expected = isShape(inputShape)
    if (expected)
      throw new OptionError(`model.build: the input's shape must be ${expected}; got ${show(inputShape)}`)
    this.#network = new Network(this.layers, this.#names, inputShape)
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
  }

  get optimizer() {
    return this.#compiled?.optimizer ?? null
  }

  /** Trains. Returns the figures of every epoch. Keras: `fit`. */
  async fit(x: TensorLike, y: TensorLike, options: FitOptions = {}): Promise<History> {
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

  async #fit(compiled: Compiled, x: TensorLike, y: TensorLike, options: FitOptions): Promise<History> {
    const { epochs = 1, validationSplit, validationData, callbacks = [], signal } = options
    const all = this.#labelled(compiled, x, y)
    const split = validationSplit ? splitValidation(...all, validationSplit) : null
    const validation = validationData
      ? this.#labelled(compiled, ...validationData, 'validation ')
      : split?.validation
    const [trainX, trainY] = split?.training ?? all
    const start = startOf(options, this.#position, trainX.shape[0])
    const session = await this.#compiledSession(compiled)
    const note = options.resume ? await this.#arithmeticNote() : null
    const history = await fit({
      session,
      compiled,
      seed: this.seed,
      x: trainX,
      y: trainY,
      validation: validation ? { x: validation[0], y: validation[1] } : null,
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
  async evaluate(x: TensorLike, y: TensorLike, options: PredictOptions = {}): Promise<Figures> {
    checkPredictOptions('model.evaluate', options)
    const compiled = this.#compiledOrThrow('evaluate')
    const { batchSize = 32, signal } = options
    const [samples, labels] = this.#labelled(compiled, x, y)
    return evaluate(await this.#compiledSession(compiled), compiled, samples, labels, { batchSize, signal })
  }

  /** The output for these samples: [samples, …]. Keras: `predict`. */
  async predict(x: TensorLike, options: PredictOptions = {}): Promise<Float32Tensor> {
    checkPredictOptions('model.predict', options)
    const { batchSize = 32, signal } = options
    const input = this.#input(x)
    return predict(await this.#open(), input, { batchSize, signal })
  }

  /** The layers, what comes out of them, and their weights, as a table. */
  summary(): string {
    return summarize(this.name, this.#built())
  }

  countParams(): number {
    return countParams(this.#built())
  }

  /** The instructions of a training step or a prediction, which kernels compute them and why, FLOPs, bytes, memory. */
  async explain(options: ExplainOptions = {}): Promise<ModelExplanation> {
    checkExplainOptions(options)
    const { program = this.#compiled ? 'training' : 'prediction', batchSize = 32, time } = options
    const network = this.#built()
    const open = network.inputShape[0] === null
    if (open && positiveInteger(time))
      throw new OptionError(
        `model.explain: this model leaves the number of time steps open; give one, e.g. { time: 100 }`,
      )
    const sizes: Extents = open ? { [BATCH]: batchSize, time: Number(time) } : { [BATCH]: batchSize }
    const session =
      program === 'training'
        ? await this.#compiledSession(this.#compiledOrThrow('explain'))
        : await this.#open()
    const explanation = await (await session.executable(program, sizes)).explain()
    // most pages never ask
    const { explainProgram } = await import('./explain.ts')
    return explainProgram(program, batchSize, this.#engine.name, session.machine.notes, explanation)
  }

  /** All weights in Keras's order and shapes. */
  async getWeights(): Promise<Float32Tensor[]> {
    return [...(await this.#tensors()).values()].map(({ shape, data }) => ({ shape, data }))
  }

  /** Replaces all weights: in `getWeights` order, of the same shapes; during training between two steps, e.g. in a callback. */
  async setWeights(weights: readonly TensorLike[]): Promise<void> {
    const { variables } = this.#built()
    if (!Array.isArray(weights) || weights.length !== variables.length) {
      const names = variables.map(({ path, spec }) => `${path} [${spec.shape}]`).join(', ')
      throw new DataError(
        `model.setWeights: expected ${variables.length} tensors (${names}); got ${weights?.length ?? weights}`,
      )
    }
    const tensors = weights.map((weight, index) => toTensor(weight, variables[index].path))
    const data = checkWeights(this.#built(), tensors)
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

  /** Keras's configuration: `model.get_config()`. */
  getConfig(): JsonObject {
    const { layers, inputShape } = this.#built()
    return sequentialConfig(this.name, layers, inputShape)
  }

  async #tensors(): Promise<Map<string, FileTensor>> {
    const session = await this.#open()
    return this.#turnstile.enter(() => readWeights(session))
  }

  /** The whole model as the bytes of one safetensors file; while it is trained, as it is between two steps. */
  saveBytes(): Promise<Uint8Array> {
    return this.#turnstile.enter(() => this.#encode())
  }

  async #encode(): Promise<Uint8Array> {
    const { labels } = this
    if (labels !== null && !isTexts(labels))
      throw new OptionError(
        `model.labels must be a list of texts without control characters, or null; got ${show(labels)}`,
      )
    if (this.#compiled) checkLearningRate(this.#compiled.optimizer)
    const session = this.#compiled ? await this.#compiledSession(this.#compiled) : await this.#open()
    const header = {
      model: modelJson(this.getConfig(), session.network.inputShape, this.#compiled),
      seed: this.seed,
      arithmetic: this.loadedArithmetic ?? session.machine.arithmetic,
      position: this.#position && {
        ...this.#position,
        figures: this.#position.figures && { ...this.#position.figures },
      },
      labels,
      preparation: this.preparation,
      provenance: this.provenance,
    }
    const slots = this.#position ? await readSlots(session, this.#compiled?.optimizer.slots ?? []) : new Map()
    return encodeModelFile({ weights: await readWeights(session), slots, header })
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
    await writeSlots(await this.#compiledSession(compiled), compiled.optimizer.slots, tensors)
  }

  /** Said when a file's training goes on in another arithmetic. */
  async #arithmeticNote(): Promise<string | null> {
    const here = await this.arithmetic()
    if (this.loadedArithmetic === null) return null
    if (here === 'float64')
      return 'the reference engine computes in float64 but files hold float32: training goes on soundly, but not with the same bits'
    if (this.loadedArithmetic === here) return null
    return `the file was trained in ${this.loadedArithmetic} arithmetic, this engine's is ${here}: training goes on soundly, but not with the same bits`
  }

  #open(): Promise<Session> {
    const network = this.#built()
    this.#session ??= Session.open(network, this.#engine, this.seed).catch((error) => {
      this.#session = null
      throw error
    })
    return this.#session
  }

  async #compiledSession(compiled: Compiled): Promise<Session> {
    const session = await this.#open()
    await session.compile(compiled)
    return session
  }

  #input(x: TensorLike, name = 'x'): Tensor {
    if (!this.#network) {
      const { shape } = toTensor(x, name)
      this.build(shape.slice(1))
    }
    return prepareInput(x, this.#built(), name)
  }

  #labelled(compiled: Compiled, x: TensorLike, y: TensorLike, prefix = ''): [Tensor, Tensor] {
    const input = this.#input(x, `${prefix}x`)
    return [input, prepareLabels(y, predictionShape(this.#built(), input), compiled.loss, `${prefix}y`)]
  }

  #built(): Network {
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

/** A model out of layers, one after the other. */
export function sequential(layers: readonly Layer[], options: SequentialOptions = {}): Sequential {
  return new Sequential(layers, options)
}

function isLayer(layer: unknown): layer is Layer {
  const { emit, outputShape, weights } = (layer ?? {}) as Partial<Layer>
  return [emit, outputShape, weights].every((part) => typeof part === 'function')
}
