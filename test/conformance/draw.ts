import fc from 'fast-check'
import type { Job, JsonTensor, KerasSpec } from './keras.ts'
import { Random } from './random.ts'

/** Draws models at random, each with weights and data: the same seed, the same jobs. */
export function drawJobs(seed: number, count: number): Job[] {
  return fc.sample(plan, { seed, numRuns: count }).map(toJob)
}

const ACTIVATIONS = ['tanh', 'sigmoid', 'relu', 'linear']

/** Outputs of the last layer and the losses that fit them; labels follow from the loss. */
const HEADS = [
  { units: 3, activation: 'softmax', loss: 'categorical_crossentropy' },
  { units: 4, activation: 'softmax', loss: 'sparse_categorical_crossentropy' },
  { units: 3, activation: 'linear', loss: logitsLoss('CategoricalCrossentropy') },
  { units: 4, activation: 'linear', loss: logitsLoss('SparseCategoricalCrossentropy') },
  { units: 1, activation: 'sigmoid', loss: 'binary_crossentropy' },
  { units: 1, activation: 'linear', loss: logitsLoss('BinaryCrossentropy') },
  { units: 2, activation: 'tanh', loss: 'mean_squared_error' },
  { units: 2, activation: 'linear', loss: 'mean_absolute_error' },
] as const

const OPTIMIZERS: KerasSpec[] = [
  { class_name: 'SGD', config: { learning_rate: 0.1 } },
  { class_name: 'SGD', config: { learning_rate: 0.05, momentum: 0.9, nesterov: true } },
  { class_name: 'RMSprop', config: { learning_rate: 0.005, momentum: 0.5 } },
  { class_name: 'Adam', config: { learning_rate: 0.01 } },
  { class_name: 'AdamW', config: { learning_rate: 0.01, weight_decay: 0.1 } },
]

function logitsLoss(class_name: string): KerasSpec {
  return { class_name, config: { from_logits: true } }
}

const size = (most: number) => fc.integer({ min: 1, max: most })

const plan = fc.record({
  cell: fc.constantFrom(...(['LSTM', 'GRU', 'SimpleRNN'] as const)),
  resetAfter: fc.boolean(),
  useBias: fc.boolean(),
  activation: fc.constantFrom(...ACTIVATIONS),
  recurrentActivation: fc.constantFrom(...ACTIVATIONS),
  units: fc.array(size(40), { minLength: 1, maxLength: 2 }),
  head: fc.constantFrom(...HEADS),
  everyStep: fc.boolean(),
  optimizer: fc.constantFrom(...OPTIMIZERS),
  /** Words rather than numbers go in at times. */
  vocabulary: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: size(50) }),
  inputs: size(20),
  time: size(9),
  rows: size(20),
  batchSize: size(8),
  seed: fc.nat(),
})

type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never

function toJob(drawn: Plan): Job {
  const { vocabulary, inputs, time, rows, batchSize, head, everyStep, seed } = drawn
  const random = new Random(seed)
  const model = vocabulary === null ? new Chain(random, inputs) : new Chain(random, 8).embed(vocabulary)
  for (const [index, units] of drawn.units.entries()) {
    model.recurrent(drawn, units, everyStep || index < drawn.units.length - 1)
  }
  model.dense(head)
  const samples = everyStep ? [rows, time] : [rows]
  return {
    inputShape: vocabulary === null ? [time, inputs] : [time],
    layers: model.layers,
    weights: model.weights,
    x:
      vocabulary === null
        ? random.reals([rows, time, inputs], 1.5)
        : random.classes([rows, time], vocabulary),
    y: labels(head.loss, samples, head.units, random),
    loss: head.loss,
    metrics: ['accuracy'],
    // Only SGD treats a word that occurs twice in a batch alike on all of Keras's backends (test/golden/README.md).
    optimizer: vocabulary === null ? drawn.optimizer : OPTIMIZERS[1],
    batchSize,
    epochs: 2,
    gradientRows: Math.min(rows, batchSize),
  }
}

/** Layers, one on the other, and their weights. */
class Chain {
  readonly layers: KerasSpec[] = []
  readonly weights: Record<string, JsonTensor> = {}
  readonly #random: Random
  #width: number

  constructor(random: Random, width: number) {
    this.#random = random
    this.#width = width
  }

  embed(vocabulary: number): this {
    const shapes = { embeddings: [vocabulary, this.#width] }
    this.#add('Embedding', { input_dim: vocabulary, output_dim: this.#width }, shapes, this.#width)
    return this
  }

  recurrent(
    { cell, resetAfter, useBias, activation, recurrentActivation }: Plan,
    units: number,
    sequences: boolean,
  ) {
    const wide = { LSTM: 4, GRU: 3, SimpleRNN: 1 }[cell] * units
    const bias = cell === 'GRU' && resetAfter ? [2, wide] : [wide]
    const shapes = {
      kernel: [this.#width, wide],
      recurrent_kernel: [units, wide],
      ...(useBias && { bias }),
    }
    const options = {
      units,
      activation,
      use_bias: useBias,
      return_sequences: sequences,
      ...(cell !== 'SimpleRNN' && { recurrent_activation: recurrentActivation }),
      ...(cell === 'GRU' && { reset_after: resetAfter }),
    }
    this.#add(cell, options, shapes, units)
  }

  dense({ units, activation }: { units: number; activation: string }) {
    this.#add('Dense', { units, activation }, { kernel: [this.#width, units], bias: [units] }, units)
  }

  /** Weights are small where many are summed, so that linear and relu cells do not run away. */
  #add(class_name: string, options: object, shapes: Record<string, number[]>, width: number) {
    const name = `layer${this.layers.length}`
    this.layers.push({ class_name, config: { name, ...options } })
    for (const [weight, shape] of Object.entries(shapes)) {
      const bound = weight === 'embeddings' ? 1 : 1 / Math.sqrt(shape[0])
      this.weights[`${name}/${weight}`] = this.#random.reals(shape, Math.min(bound, 0.5))
    }
    this.#width = width
  }
}

function labels(loss: string | KerasSpec, samples: number[], units: number, random: Random): JsonTensor {
  const name = typeof loss === 'string' ? loss : loss.class_name
  if (/^sparse/i.test(name)) return random.classes(samples, units)
  if (/^mean/.test(name)) return random.reals([...samples, units], 1)
  if (/^binary/i.test(name)) return float(random.classes([...samples, 1], 2))
  const chosen = random.classes(samples, units).data
  return {
    shape: [...samples, units],
    data: chosen.flatMap((c) => Array.from({ length: units }, (_, k) => +(k === c))),
  }
}

const float = ({ shape, data }: JsonTensor): JsonTensor => ({ shape, data })
