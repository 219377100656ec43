import { platform } from '#platform'
import type { Json, JsonObject } from '../config/keras.ts'
import { checkedLater, show, text } from '../config/options.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import type { Arithmetic } from '../engines/engine.ts'
import { OptionError } from '../errors.ts'
import type { Trace } from '../inspect/trace.ts'
import { around } from '../layers/recurrent.ts'
import type { Network } from '../network/network.ts'
import type { Remembering } from '../training/callbackMemory.ts'
import { CallbackList, type History } from '../training/callbacks.ts'
import { evaluate } from '../training/evaluate.ts'
import type { Figures } from '../training/figures.ts'
import { fit } from '../training/fit.ts'
import type { Inputs } from '../training/inputs.ts'
import type { Targets } from '../training/labels.ts'
import type { Compiled } from '../training/objectives.ts'
import { type Position, startOf } from '../training/position.ts'
import type { Session } from '../training/session.ts'
import type { BatchSource } from '../training/sources.ts'
import { modelJson } from './config.ts'
import {
  evaluationSource,
  type Given,
  more,
  planFit,
  predictAll,
  prepareFor,
  readCall,
  samplesOf,
  weighted,
} from './data.ts'
import type { ModelExplanation } from './explain.ts'
import { layerOfModel } from './nested.ts'
import {
  type CompileOptions,
  checkFitOptions,
  checkPredictOptions,
  type EvaluateOptions,
  type ExplainOptions,
  type FitOptions,
  type OnBatchOptions,
  type PredictOptions,
  readCompileOptions,
} from './options.ts'
import type { Kept, WriteSlots } from './restore.ts'
import type { Stream } from './stream.ts'
import type { TraceOptions } from './trace.ts'
import { Weighted } from './weighted.ts'

/** As many as there are. */
const ALL = Number.MAX_SAFE_INTEGER

/**
 * What every model can do: compile, fit, evaluate, predict, save … Keras: `Model`.
 *
 * `P` is what `predict` returns: a tensor, or a list of them where the model was given a list of outputs.
 */
export abstract class Model<
  P extends Float32Tensor | readonly Float32Tensor[] = Float32Tensor,
> extends Weighted {
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
  #compiled: Compiled | null = null
  #position: Position | null = null
  #training = false
  /** Callbacks are asked where to start. */
  #starting = false
  /** What stateful layers go on from in a resume, where that is what a file holds. */
  #carried: ReadonlyMap<string, Float32Tensor> | null = null
  /** Of the last training, or of the file. */
  #callbacks: Remembering | null = null
  /** The predictions as `predict` returns them. */
  protected abstract predictionsOf(tensors: readonly Float32Tensor[]): P

  /** Where training stands; null before it began. JSON. */
  get position(): Position | null {
    return this.#position
  }

  /** Chooses what training makes small, and how. The optimizer starts anew; weights stay. */
  compile(options: CompileOptions): void {
    this.#refuseWhileTraining('compile')
    this.adopt(readCompileOptions(options), null)
  }

  /** Before its layers change. */
  protected startAnew(): void {
    this.#refuseWhileTraining('add or pop')
    this.adopt(null, null)
  }

  /** Takes up what a file holds of `compile` and of the position in training. */
  adopt(
    compiled: Compiled | null,
    position: Position | null,
    kept: Kept | null = null,
    seed = this.seed,
  ): void {
    this.seed = seed
    this.#compiled = compiled
    this.#position = position
    this.#callbacks = kept
    this.#carried = kept?.carried ?? null
    if (compiled) compiled.optimizer.iterations = position?.step ?? 0
  }

  get optimizer() {
    return this.#compiled?.optimizer ?? null
  }

  /**
   * Trains on samples, and returns the figures of every epoch. Keras: `fit`.
   *
   * @param x [N, …input], e.g. [N, T, features] or ids [N, T]; where T is open also N sequences of their own lengths. Of
   *   several inputs a list, or an object by their names
   * @param y [N, …output], as the loss wants it: one-hot [N, classes], whole numbers [N], …; of several outputs likewise
   * @throws OptionError where the model is not compiled or is being trained, or an option is wrong
   * @throws DataError where shapes, counts or labels do not fit, or a number is not finite
   * @throws NonFiniteError where the loss leaves the finite numbers: before the update, and the model is back where the
   *   epoch began
   */
  fit(x: Inputs, y: Targets, options?: FitOptions): Promise<History>
  /**
   * The same on batches as they come.
   *
   * @param batches an iterable or generator, async or not, of [x, y] or [x, y, sampleWeight]; or a function that makes
   *   one, called anew every epoch
   * @throws DataError, besides, where the source ends too early or fails; `cause` is what it threw
   */
  fit(batches: BatchSource, options?: FitOptions): Promise<History>
  async fit(x: Inputs | BatchSource, y?: Targets | FitOptions, more?: FitOptions): Promise<History> {
    const [given, options] = readCall<FitOptions>('model.fit', x, y, more)
    checkFitOptions(options)
    const compiled = this.#compiledOrThrow('fit')
    return this.#alone('fit', () => {
      this.stopTraining = false
      return this.#fit(compiled, given, options)
    })
  }

  /** Keeps others from training, or changing what training needs, meanwhile. */
  async #alone<T>(what: string, task: () => Promise<T>): Promise<T> {
    this.#refuseWhileTraining(what)
    this.#training = true
    try {
      return await task()
    } finally {
      this.#training = false
    }
  }

  async #fit(compiled: Compiled, given: Given, options: FitOptions): Promise<History> {
    const session = await this.#compiledSession(compiled, ...given)
    const callbacks = new CallbackList(options.callbacks ?? [], this)
    this.#starting = true
    const goesOn = await callbacks.call('onResume').finally(() => {
      this.#starting = false
    })
    if ((options.resume || goesOn) && this.#carried) await session.carryOn(this.#carried)
    this.#carried = null
    const plan = await planFit(session, given, options, { goesOn, callbacks, position: this.#position })
    const { start, resumed } = plan
    if (resumed && this.#callbacks) (await more()).remind(callbacks.callbacks, this.#callbacks)
    this.#callbacks = callbacks
    const note = resumed ? (await more()).resumeNote(this.loadedArithmetic, await this.arithmetic()) : null
    const history = await fit({
      ...plan,
      seed: this.seed,
      stopAsked: () => this.stopTraining,
      turnstile: this.turnstile,
      moved: (position) => {
        this.#position = position
        if (position.step > start.step) this.loadedArithmetic = null
      },
    })
    if (note) history.notes.push(note)
    return history
  }

  /**
   * Loss and metrics over these samples, or over batches, as for `fit`. A loss that is not finite is returned as it is.
   * Keras: `evaluate`.
   *
   * @throws OptionError, DataError as `fit`; the signal's reason where it is aborted
   */
  evaluate(x: Inputs, y: Targets, options?: EvaluateOptions): Promise<Figures>
  evaluate(batches: BatchSource, options?: EvaluateOptions): Promise<Figures>
  async evaluate(
    x: Inputs | BatchSource,
    y?: Targets | EvaluateOptions,
    more?: EvaluateOptions,
  ): Promise<Figures> {
    const [given, options] = readCall<EvaluateOptions>('model.evaluate', x, y, more)
    checkPredictOptions('model.evaluate', options, { sampleWeight: checkedLater })
    const session = await this.#compiledSession(this.#compiledOrThrow('evaluate'), ...given)
    const { batchSize, sampleWeight } = options
    const how = { ...options, arraysAlone: { batchSize, sampleWeight } }
    const source = await evaluationSource('model.evaluate', session, given, how)
    const callbacks = new CallbackList(options.callbacks ?? [], this)
    return evaluate(source, { callbacks, signal: options.signal })
  }

  /**
   * The output for these samples. Keras: `predict`.
   *
   * @param x as for `fit`; or a source that gives inputs, batch by batch
   * @returns [N, …output], e.g. [N, classes], or [N, T, …] padded with zeros to the longest sequence; of a list of outputs a list
   * @throws OptionError, DataError where options or samples do not fit; the signal's reason where it is aborted
   */
  async predict(x: Inputs | BatchSource<Inputs>, options: PredictOptions = {}): Promise<P> {
    checkPredictOptions('model.predict', options)
    await prepareFor(x)
    this.ensureBuilt(x)
    const callbacks = new CallbackList(options.callbacks ?? [], this)
    return this.predictionsOf(await predictAll(await this.open(), x, options, callbacks))
  }

  /**
   * One update on one batch, [rows, …] as for `fit`; returns its loss and metrics, before the update. Keras:
   * `train_on_batch`.
   *
   * @throws OptionError, DataError as `fit`; NonFiniteError where the loss is not finite: the update is then not made
   */
  async trainOnBatch(x: Inputs, y: Targets, options: OnBatchOptions = {}): Promise<Figures> {
    const { checkOnBatchOptions, trainStep } = await more()
    checkOnBatchOptions(options)
    const compiled = this.#compiledOrThrow('trainOnBatch')
    return this.#alone('trainOnBatch', async () => {
      const session = await this.#compiledSession(compiled, x, y, options.sampleWeight)
      const known = this.#position ?? startOf({}, null, null)
      const step = known.step + 1
      const samples = await weighted(samplesOf(session, [x, y, options.sampleWeight]), session, options, true)
      const figures = await trainStep(samples, { session, seed: this.seed, turnstile: this.turnstile, step })
      this.#position = { ...known, step, begun: known.batch === 0 ? step : known.begun }
      compiled.optimizer.iterations = step
      this.loadedArithmetic = null
      return figures
    })
  }

  /** Loss and metrics of one batch. Keras: `test_on_batch`. */
  testOnBatch(x: Inputs, y: Targets, options: OnBatchOptions = {}): Promise<Figures> {
    return this.evaluate(x, y, { ...options, batchSize: ALL })
  }

  /** The output for one batch. Keras: `predict_on_batch`. */
  predictOnBatch(x: Inputs): Promise<P> {
    return this.predict(x, { batchSize: ALL })
  }

  /**
   * The model step by step, on the calling thread: `stream.push(x)` takes one step and returns the output of this step.
   * With the weights as they are now.
   */
  async stream(): Promise<Stream> {
    const session = await this.open()
    // most pages never ask
    const { openStream } = await more()
    await around.load()
    return this.turnstile.enter(() => openStream('model.stream', session, this.engine, layerOfModel))
  }

  /**
   * What the recurrent layers do with these samples: gates, cell and output at every step; with labels the loss, and its
   * gradient with respect to each of them (`gradientFlow` tells its strength).
   */
  async trace(x: Inputs, options: TraceOptions = {}): Promise<Trace> {
    await prepareFor(x)
    this.ensureBuilt(x)
    const [session, { trace }] = [await this.open(), await more()]
    return trace(session, this.#compiled, x, options)
  }

  /** The instructions of a training step or a prediction, which kernels compute them and why, FLOPs, bytes, memory. */
  async explain(options: ExplainOptions = {}): Promise<ModelExplanation> {
    // most pages never ask
    const { checkExplainOptions, explainProgram } = await more()
    checkExplainOptions(options)
    const { program = this.#compiled ? 'training' : 'prediction' } = options
    const session =
      program === 'training'
        ? await this.#compiledSession(this.#compiledOrThrow('explain'))
        : await this.open()
    return explainProgram(session, this.engine.name, { ...options, program })
  }

  /** Keras's `model.to_json()`, as an object: configuration, and what `compile` was given. */
  toJson(): JsonObject {
    return modelJson(this, this.built(), this.#compiled)
  }

  /** The whole model as the bytes of one safetensors file; while it is trained, as it is between two steps. */
  saveBytes(): Promise<Uint8Array> {
    return this.turnstile.enter(() => this.#encode())
  }

  async #encode(): Promise<Uint8Array> {
    const [compiled, { encodeModel }] = [this.#compiled, await more()]
    const session = compiled ? await this.#compiledSession(compiled) : await this.open()
    const kept = { callbacks: this.#callbacks, carried: this.#carried ?? session.carried }
    return encodeModel(this, session, compiled, kept, this.#training)
  }

  /** Saves the whole model in one file, atomically. Node only; in a browser see `saveBytes`. */
  async save(path: string | URL): Promise<void> {
    if (!(path instanceof URL) && text(path))
      throw new OptionError(`model.save: expected a path or a file URL; got ${show(path)}`)
    await platform.checkWritable(path)
    await platform.writeAtomically(path, await this.saveBytes())
  }

  /** What `restoreModel` puts a file's state into; throws where that cannot be now. */
  toRestore(): { readonly network: Network; readonly compiled: Compiled } {
    if (!this.#starting) this.#refuseWhileTraining('restore')
    return { network: this.built(), compiled: this.#compiledOrThrow('restore') }
  }

  /** Takes up the optimizer's state; `loadModel` calls it. @param write writes the slots of these names */
  async restoreSlots(write: WriteSlots): Promise<void> {
    const compiled = this.#compiledOrThrow('restoreSlots')
    await write(await this.#compiledSession(compiled), compiled.optimizer.method.slots)
  }

  async #compiledSession(compiled: Compiled, ...given: Given | []): Promise<Session> {
    if (given.length > 0) {
      await prepareFor(...given)
      this.ensureBuilt(given[0] as Inputs | BatchSource)
    }
    const session = await this.open()
    await session.compile(compiled)
    return session
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
