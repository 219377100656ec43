// Carousel's answer to a job, in the form of Keras's, by the library's public interface alone.

import {
  type Callback,
  type Engine,
  type Layer,
  layers,
  losses,
  type MetricName,
  optimizers,
  type Sequential,
  schedules,
  sequential,
  type Tensor,
} from '@carousel/core'
import type { Answer, Job, JsonTensor, KerasSpec } from './keras.ts'

type Maker<T> = (options: never) => T

const LAYERS: Record<string, Maker<Layer>> = {
  Activation: layers.activation,
  Dense: layers.dense,
  Embedding: layers.embedding,
  Flatten: layers.flatten,
  GRU: layers.gru,
  LSTM: layers.lstm,
  SimpleRNN: layers.simpleRNN,
}

const LOSSES: Record<string, Maker<losses.Loss>> = {
  BinaryCrossentropy: losses.binaryCrossentropy,
  CategoricalCrossentropy: losses.categoricalCrossentropy,
  MeanAbsoluteError: losses.meanAbsoluteError,
  MeanSquaredError: losses.meanSquaredError,
  SparseCategoricalCrossentropy: losses.sparseCategoricalCrossentropy,
}

const OPTIMIZERS: Record<string, Maker<optimizers.Optimizer>> = {
  Adadelta: optimizers.adadelta,
  Adagrad: optimizers.adagrad,
  Adam: optimizers.adam,
  Adamax: optimizers.adamax,
  AdamW: optimizers.adamW,
  Ftrl: optimizers.ftrl,
  Lion: optimizers.lion,
  Nadam: optimizers.nadam,
  RMSprop: optimizers.rmsprop,
  SGD: optimizers.sgd,
}

const SCHEDULES: Record<string, Maker<schedules.Schedule>> = {
  CosineDecay: schedules.cosineDecay,
  ExponentialDecay: schedules.exponentialDecay,
}

/** A power of two, so that dividing by it is exact, and so large that the weight it moves from is lost in rounding. */
const HUGE_RATE = 2 ** 60

/** What Carousel answers; of the gradients those of the weights. */
export async function answer(job: Job, engine: Engine): Promise<Answer> {
  const { weightNames } = newModel(job, engine)
  const wanted = (part: 'outputs' | 'evaluation' | 'gradients' | 'training') =>
    job.want?.includes(part) ?? (part === 'outputs' || job.loss !== undefined)
  return {
    weightNames,
    ...(wanted('outputs') && { outputs: await outputs(job, engine) }),
    ...(wanted('evaluation') && { evaluation: await evaluation(job, engine) }),
    ...(wanted('gradients') && { gradients: await gradients(job, engine) }),
    ...(wanted('training') && { training: await training(job, engine) }),
  }
}

async function outputs(job: Job, engine: Engine): Promise<JsonTensor> {
  const model = await startModel(job, engine)
  return toJson(await model.predict(toTensor(job.x), { batchSize: job.batchSize }))
}

async function evaluation(job: Job, engine: Engine): Promise<Record<string, number>> {
  const model = await startModel(job, engine)
  model.compile(compileOptions(job))
  return model.evaluate(toTensor(job.x), toTensor(labels(job)), { batchSize: job.batchSize })
}

/** One step of plain SGD moves every weight by its gradient times the rate. */
async function gradients(job: Job, engine: Engine): Promise<NonNullable<Answer['gradients']>> {
  const model = await startModel(job, engine)
  model.compile({ ...compileOptions(job), optimizer: optimizers.sgd({ learningRate: HUGE_RATE }) })
  const rows = job.gradientRows ?? job.x.shape[0]
  const [x, y] = [firstRows(job.x, rows), firstRows(labels(job), rows)].map(toTensor)
  const before = await model.getWeights()
  const { history } = await model.fit(x, y, { batchSize: rows, shuffle: false })
  const after = await model.getWeights()
  const moved = before.map(({ shape, data }, index) => {
    const gradient = Array.from(data, (weight, i) => (weight - after[index].data[i]) / HUGE_RATE)
    return [model.weightNames[index], { shape: [...shape], data: gradient }]
  })
  return { rows, loss: history.loss[0], weights: Object.fromEntries(moved) }
}

async function training(job: Job, engine: Engine): Promise<NonNullable<Answer['training']>> {
  const model = await startModel(job, engine)
  model.compile(compileOptions(job))
  const batches = new BatchLosses()
  const { epochs, batchSize } = job
  const { history } = await model.fit(toTensor(job.x), toTensor(labels(job)), {
    epochs,
    batchSize,
    shuffle: false,
    callbacks: [batches],
  })
  return { losses: batches.losses, history, weights: await namedWeights(model) }
}

/** The loss of every single batch, out of the means since the epoch's start. */
class BatchLosses implements Callback {
  readonly losses: number[] = []
  #sum = 0
  #rows = 0

  onEpochBegin() {
    this.#sum = 0
    this.#rows = 0
  }

  onBatchEnd(_batch: number, { loss, size }: { loss: number; size: number }) {
    const sum = loss * (this.#rows + size)
    this.losses.push((sum - this.#sum) / size)
    this.#sum = sum
    this.#rows += size
  }
}

function newModel({ layers = [], inputShape }: Job, engine: Engine): Sequential {
  const made = layers.map(({ class_name, config }, index) => {
    const options = { ...camelKeys(config), ...(index === 0 && { inputShape }) }
    return LAYERS[class_name](options as never)
  })
  return sequential(made, { seed: 1, engine })
}

async function startModel(job: Job, engine: Engine): Promise<Sequential> {
  const model = newModel(job, engine)
  await model.setWeights(model.weightNames.map((name) => toTensor(job.weights?.[name] ?? missing(name))))
  return model
}

function compileOptions({ loss = missing('loss'), optimizer = 'sgd', metrics = [] }: Job) {
  return {
    loss: typeof loss === 'string' ? (camel(loss) as losses.LossName) : make(LOSSES, loss),
    optimizer:
      typeof optimizer === 'string'
        ? (optimizer as optimizers.OptimizerName)
        : make(OPTIMIZERS, { ...optimizer, config: withSchedule(optimizer.config) }),
    metrics: metrics.map((name) => camel(name) as MetricName),
  }
}

/** A schedule in place of its JSON. */
function withSchedule(config: KerasSpec['config'] = {}): Record<string, unknown> {
  const { learning_rate: rate } = config
  const given = typeof rate === 'object' && rate !== null ? make(SCHEDULES, rate as KerasSpec) : rate
  return given === undefined ? config : { ...config, learning_rate: given }
}

const make = <T>(makers: Record<string, Maker<T>>, { class_name, config }: KerasSpec) =>
  makers[class_name](camelKeys(config) as never)

async function namedWeights(model: Sequential): Promise<Record<string, JsonTensor>> {
  const weights = await model.getWeights()
  return Object.fromEntries(weights.map((weight, index) => [model.weightNames[index], toJson(weight)]))
}

const labels = ({ y = missing('y') }: Job) => y

function missing(what: string): never {
  throw new Error(`the job has no '${what}'`)
}

function toTensor({ shape, dtype, data }: JsonTensor): Tensor {
  return { shape, data: dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data) }
}

function toJson({ shape, data }: Tensor): JsonTensor {
  return { shape: [...shape], data: Array.from(data) }
}

function firstRows({ shape: [samples, ...rest], dtype, data }: JsonTensor, rows: number): JsonTensor {
  return { shape: [rows, ...rest], dtype, data: data.slice(0, (data.length / samples) * rows) }
}

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

const camelKeys = (config: object = {}) =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [camel(key), value]))
