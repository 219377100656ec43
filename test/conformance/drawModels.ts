// Whole models drawn at random: chains and graphs, with masks, shared layers, models in models, several inputs and outputs.

import {
  type CompileOptions,
  type Engine,
  type Functional,
  input,
  type Layer,
  layers,
  model,
  type Sequential,
  type SymbolicTensor,
  sequential,
} from '@carousel/core'
import { drawLayer, fitting, KINDS } from './drawLayers.ts'
import {
  drawGoal,
  drawMetrics,
  drawOptimizer,
  head,
  LOSSES,
  labelsFor,
  makeMetric,
  OPTIMIZERS,
} from './drawObjectives.ts'
import { has, make } from './families.ts'
import type { JsonTensor } from './keras.ts'
import { Random } from './random.ts'

export interface DrawnModel {
  readonly name: string
  /** What is in it: names of features in docs/conformance.md. */
  readonly features: readonly string[]
  make(engine: Engine): Functional | Sequential
  compile(): CompileOptions
  readonly x: readonly JsonTensor[]
  readonly y: readonly JsonTensor[]
  /** By output; null where all samples count alike. */
  readonly sampleWeight: readonly (JsonTensor | null)[]
  readonly batchSize: number
  /** Of weights. */
  readonly seed: number
}

/** What one model is sure to hold; all else is drawn. */
export interface Focus {
  readonly layer: string
  readonly goal: string
  readonly optimizer: string
}

/** Draws models, from the `first` on, with every layer, loss and optimizer in turn. */
export function drawModels(seed: number, count: number, classes: readonly string[], first = 0): DrawnModel[] {
  return Array.from({ length: count }, (_, place) => {
    const index = first + place
    const focus = {
      layer: classes[index % classes.length],
      goal: LOSSES[index % LOSSES.length],
      optimizer: OPTIMIZERS[index % OPTIMIZERS.length],
    }
    // layers are shared by the models that hold them, so each model has its own
    const draw = () => new Draw(new Random(seed * 1_000_003 + index), focus).model(index)
    return { ...draw(), make: (engine) => draw().make(engine) }
  })
}

/**
 * Rows: two full batches and a short one, or three full ones. Models of several outputs have the latter: of each output's
 * loss Keras shows the mean over batches, which it weighs by rows in eager mode, and only there.
 */
const ROWS = [7, 9]
const BATCH_SIZE = 3
const WORDS = 6

class Draw {
  readonly #random: Random
  readonly #focus: Focus
  readonly #features = new Set<string>()
  readonly #inputs: SymbolicTensor[] = []
  readonly #x: JsonTensor[] = []
  /** Steps where a model leaves their number open, and where not. */
  readonly #steps: number
  readonly #rows: number

  constructor(random: Random, focus: Focus) {
    this.#random = random
    this.#focus = focus
    this.#steps = random.whole(2, 5)
    this.#rows = random.pick(ROWS)
  }

  model(index: number): DrawnModel {
    const random = this.#random
    const isChain = !this.#isPair && random.chance(0.3)
    const chain: Layer[] = []
    const streams = isChain
      ? [this.#follow(this.#start(chain), true, chain)]
      : this.#ends(this.#follow(this.#start(), true))
    const goals = streams.map((_, at) => drawGoal(random, at === 0 ? this.#focus.goal : random.pick(LOSSES)))
    const heads = goals.map(head)
    const outputs = streams.map((stream, at) => heads[at].apply(stream))
    const shapes = outputs.map(({ shape }) => [this.#rows, ...shape.map((dim) => dim ?? this.#steps)])
    const single = outputs.length === 1
    const isWeighted = random.chance(0.3)
    const metrics = single ? drawMetrics(random, goals[0], shapes[0].length > 2) : []
    const optimizer = drawOptimizer(random, this.#focus.optimizer)
    this.#tell(...goals.flatMap((goal) => goal.features), ...optimizer.features)
    this.#tell(...metrics.map((name) => `metrics.${name}`), isChain ? 'Sequential' : 'Functional')
    if (isWeighted) this.#tell('sample weights')
    if (!single) this.#tell('several outputs')
    const inputs = this.#inputs
    const features = [...this.#features]
    return {
      name: `${index}: ${features
        .filter((name) => name.split('.').length < 3)
        .join(' ')
        .replace(/\b[a-z]+\./g, '')}`,
      features,
      make: (engine) =>
        isChain
          ? sequential([...chain, ...heads], { engine, seed: 1 })
          : model({ inputs, outputs: single ? outputs[0] : outputs, engine, seed: 1 }),
      compile: () => ({
        optimizer: optimizer.optimizer,
        loss: single ? goals[0].loss : goals.map(({ loss }) => loss),
        ...(single ? {} : { lossWeights: goals.map((_, at) => 0.5 + at) }),
        [isWeighted ? 'weightedMetrics' : 'metrics']: metrics.map(makeMetric),
      }),
      x: this.#x,
      y: goals.map((goal, at) => labelsFor(goal, shapes[at], random)),
      sampleWeight: isWeighted ? shapes.map((shape) => this.#weights(shape)) : [],
      batchSize: BATCH_SIZE,
      seed: index,
    }
  }

  get #isPair(): boolean {
    return (KINDS[this.#focus.layer].inputs ?? 1) > 1
  }

  #tell(...features: string[]): void {
    for (const feature of features) this.#features.add(feature)
  }

  /** For every row and step. */
  #weights(shape: readonly number[]): JsonTensor {
    const places = shape.slice(0, -1)
    const { data } = this.#random.reals(places, 1)
    return { shape: places, data: data.map((weight) => Math.abs(weight)) }
  }

  /**
   * An input, and a layer behind it whose gradient shows that of what stands on it; without the bias that a normalization
   * would take off again.
   */
  #start(chain: Layer[] = []): SymbolicTensor {
    const random = this.#random
    const { takes, steps: needed } = KINDS[this.#focus.layer]
    const steps = needed || random.chance(0.6) ? this.#steps : null
    const isVector = takes === 'vector' || (takes === 'any' && random.chance(0.25))
    const inputShape = isVector ? [4] : [steps, 2]
    const add = (layer: Layer, to: SymbolicTensor) => {
      chain.push(layer)
      return layer.apply(to)
    }
    if (isVector)
      return add(
        layers.dense({ units: 3, useBias: false, inputShape }),
        this.#input([4], random.reals([this.#rows, 4], 1)),
      )
    if (random.chance(0.35)) return add(this.#embedding(steps), this.#input([steps], this.#words()))
    const isMasked = has('layers', 'Masking') && random.chance(0.35)
    const x = this.#input([steps, 2], this.#vectors(isMasked))
    if (!isMasked) return add(layers.dense({ units: 3, useBias: false, inputShape }), x)
    this.#tell('layers.Masking', 'masks')
    return add(
      layers.dense({ units: 3, useBias: false }),
      add(make<Layer>('layers', 'Masking', { inputShape }), x),
    )
  }

  #embedding(steps: number | null): Layer {
    // only SGD treats a word that occurs twice in a batch alike on all of Keras's backends (test/golden/README.md)
    const trainable = this.#focus.optimizer === 'SGD'
    const maskZero = has('layers', 'Masking') && this.#random.chance(0.6)
    this.#tell('layers.Embedding', ...(maskZero ? ['layers.Embedding.maskZero', 'masks'] : []))
    return layers.embedding({
      inputDim: WORDS,
      outputDim: 3,
      inputShape: [steps],
      trainable,
      ...(maskZero && { maskZero }),
    })
  }

  /** The first word of a row is never the one that may be masked: of a row without any, a mean is nothing. */
  #words(): JsonTensor {
    const { shape, dtype, data } = this.#random.classes([this.#rows, this.#steps], WORDS)
    return { shape, dtype, data: data.map((word, i) => (i % this.#steps === 0 ? word || 1 : word)) }
  }

  /** With masks some steps are zero, but for the last of a row. */
  #vectors(isMasked: boolean): JsonTensor {
    const { shape, data } = this.#random.reals([this.#rows, this.#steps, 2], 1)
    const isZero = Array.from({ length: this.#rows * this.#steps }, (_, i) => {
      return isMasked && i % this.#steps !== this.#steps - 1 && this.#random.chance(0.4)
    })
    return { shape, data: data.map((value, i) => (isZero[i >> 1] ? 0 : value || 0.5)) }
  }

  #input(shape: (number | null)[], samples: JsonTensor): SymbolicTensor {
    this.#x.push(samples)
    const made = input({ shape })
    this.#inputs.push(made)
    return made
  }

  /** Some layers behind a tensor, among them that of the focus if asked; in a chain they are added to it. */
  #follow(from: SymbolicTensor, focused: boolean, chain?: Layer[]): SymbolicTensor {
    const random = this.#random
    const fits = (at: SymbolicTensor) => fitting(at.shape, chain !== undefined)
    const { layer } = this.#focus
    let at = from
    const before = random.pick(fits(at))
    // a layer before that of the focus, where that still fits behind it
    if (!focused || random.chance(0.5)) {
      const next = this.#step(at, before)
      if (!focused || fits(next.tensor).includes(layer)) {
        at = next.tensor
        chain?.push(next.layer)
      }
    }
    for (const className of [...(focused ? [layer] : []), ...(random.chance(0.4) ? [null] : [])]) {
      const next = this.#step(at, className ?? random.pick(fits(at)))
      at = next.tensor
      chain?.push(next.layer)
    }
    return at
  }

  #step(at: SymbolicTensor, className: string): { layer: Layer; tensor: SymbolicTensor } {
    const { layer, inputs, features } = drawLayer(this.#random, className, at.shape)
    this.#tell(...features)
    const others = Array.from({ length: inputs - 1 }, () =>
      layers.dense({ units: Number(at.shape.at(-1)), activation: 'tanh' }).apply(at),
    )
    return { layer, tensor: layer.apply(others.length > 0 ? [at, ...others] : at) }
  }

  /** What a stream ends in: itself, two streams, a layer on both, a model as a layer, or an encoder and a decoder. */
  #ends(stream: SymbolicTensor): SymbolicTensor[] {
    const random = this.#random
    const width = Number(stream.shape.at(-1))
    const shape = random.whole(0, 4)
    const isEven = this.#rows % BATCH_SIZE === 0
    if (shape === 1 && isEven) return [stream, this.#follow(stream, false)]
    if (shape === 2 && isEven) {
      this.#tell('shared layers')
      const shared = layers.dense({ units: width, activation: 'tanh' })
      return [shared.apply(stream), shared.apply(shared.apply(stream))]
    }
    if (shape === 3) {
      this.#tell('models in models')
      const inner = input({ shape: stream.shape })
      const nested = model({ inputs: inner, outputs: this.#follow(inner, false), seed: 1 })
      return [nested.apply(stream) as SymbolicTensor]
    }
    if (shape === 4 && stream.shape.length === 2 && has('layers', 'Masking')) {
      this.#tell('states passed on', 'several inputs')
      const encoder = layers.lstm({ units: 3, returnState: true } as LstmOptions)
      const [, ...initialState] = encoder.applyAll(stream)
      const decoder = layers.lstm({ units: 3, returnSequences: true })
      const answers = this.#input([null, 2], random.reals([this.#rows, this.#steps, 2], 1))
      return [decoder.apply(answers, { initialState })]
    }
    return [stream]
  }
}

type LstmOptions = Parameters<typeof layers.lstm>[0]
