import type { Json } from '../../config/keras.ts'
import {
  boolean,
  type Check,
  checkedLater,
  oneOf,
  positiveInteger,
  rate,
  seed,
} from '../../config/options.ts'
import { DataError } from '../../errors.ts'
import type { Initializer } from '../../initializers/index.ts'
import { KERNEL_ACTIVATIONS } from '../../ops/kernelActivations.ts'
import {
  ACTIVATION_NAMES,
  type ActivationName,
  activationConfig,
  checkActivation,
} from '../activationOption.ts'
import { checkLayerOptions, formatShape, required, type Shape, type WeightSpec } from '../layer.ts'
import { type ReadWeights, readWeights, type WeightOptions, weightChecks } from '../weightOptions.ts'
import type { Kernel } from './fused.ts'

type CellWeight = 'kernel' | 'recurrent' | 'bias'

/** What LSTMCell, GRUCell and SimpleRNNCell have in common. Initializers: 'glorotUniform', 'orthogonal', 'zeros'. */
export interface CellOptions extends WeightOptions<CellWeight> {
  /** Name of the cell; in a stack it prefixes the names of its weights. */
  name?: string
  /** May training change its weights? Default true. */
  trainable?: boolean
  /** Size of the state, and of the output. */
  units: number
  /** Default 'tanh'. */
  activation?: ActivationName | null
  /** Default true. */
  useBias?: boolean
  /** Share of the input's entries set to zero in training; one mask a sequence. Default 0. */
  dropout?: number
  /** Share of the state's entries set to zero in training where the next state is made of it; one mask a sequence. Default 0. */
  recurrentDropout?: number
  /** Draws other masks than without it; the model's seed has a say too. Default null. */
  seed?: number | null
}

/** Of LSTM and GRU. */
export interface GatedCellOptions extends CellOptions {
  /** Of the gates; default 'sigmoid'. */
  recurrentActivation?: ActivationName | null
  /** With dropout: a mask of its own for every gate (1, which recurrentDropout forces) or one for all (2). Default 2. */
  implementation?: 1 | 2
}

/** The options of a cell, checked, defaults filled in. */
export interface ReadCell {
  readonly where: string
  readonly units: number
  readonly activation: ActivationName
  readonly recurrentActivation: ActivationName
  readonly useBias: boolean
  readonly weights: ReadWeights<CellWeight>
  readonly dropout: number
  readonly recurrentDropout: number
  readonly seed: number | null
  /** With dropout, does every gate have a mask of its own? */
  readonly maskPerGate: boolean
}

/** Checks the options of a cell and fills in the defaults. @param more checks of those that only this class has */
export function readCell(
  where: string,
  options: CellOptions & Partial<GatedCellOptions>,
  gates: number,
  more: Readonly<Record<string, Check>> = {},
): ReadCell {
  const gated = { recurrentActivation: checkedLater, implementation: oneOf([1, 2]) }
  const spec = {
    units: positiveInteger,
    activation: checkedLater,
    useBias: boolean,
    ...weightChecks(...Object.keys(INITIALIZERS)),
    dropout: rate,
    recurrentDropout: rate,
    seed: (value: unknown) => (value === null ? null : seed(value)),
    ...(gates > 1 ? gated : {}),
    ...more,
  }
  checkLayerOptions({ where, options: spec }, options)
  required(where, options, 'units')
  const { units, useBias = true, dropout = 0, recurrentDropout = 0, implementation = 2 } = options
  const { activation = 'tanh', recurrentActivation = 'sigmoid' } = options
  return {
    where,
    units,
    activation: checkActivation(where, 'activation', activation, ACTIVATION_NAMES),
    recurrentActivation: checkActivation(where, 'recurrentActivation', recurrentActivation, ACTIVATION_NAMES),
    useBias,
    weights: readWeights(where, options, INITIALIZERS),
    dropout,
    recurrentDropout,
    seed: options.seed ?? null,
    maskPerGate: gates > 1 && (implementation === 1 || recurrentDropout > 0),
  }
}

const INITIALIZERS = { kernel: 'glorotUniform', recurrent: 'orthogonal', bias: 'zeros' } as const

/** Why a cell must be run step by step: what the fused kernels have not; or null. */
export function whyNotFused(
  { activation, recurrentActivation, dropout, recurrentDropout, maskPerGate }: ReadCell,
  training: boolean,
): string | null {
  const odd = [activation, recurrentActivation].find(
    (name) => !KERNEL_ACTIVATIONS.some((one) => one === name),
  )
  if (odd) return `no fused kernel has the activation '${odd}'`
  if (!training) return null
  if (recurrentDropout > 0) return 'no fused kernel drops entries of the state'
  return dropout > 0 && maskPerGate ? 'no fused kernel has a mask for every gate' : null
}

/** Ones in the forget block (i f c o); the bias initializer fills the other blocks. */
export function openForgetGate(initializer: Initializer, units: number): Initializer {
  return {
    ...initializer,
    values: (shape, generator) => initializer.values(shape, generator).fill(1, units, 2 * units),
  }
}

/** Size of the vectors that come in. */
export function featuresOf(where: string, input: Shape): number {
  const [features] = input
  if (input.length === 1 && features !== null) return features
  throw new DataError(
    `${where}: the number of features must be fixed, and a step one vector; got ${formatShape(input)} at every step`,
  )
}

/** Kernel, recurrent kernel and bias, in Keras's order, of so many gate blocks each. */
export function cellWeights(
  { units, useBias, weights: { specs } }: ReadCell,
  features: number,
  { gates, bias }: Pick<Kernel, 'gates' | 'bias'>,
  stateSize = units,
): WeightSpec[] {
  const columns = gates * units
  const weights = [
    { name: 'kernel', shape: [features, columns], gates, ...specs.kernel },
    { name: 'recurrent_kernel', shape: [stateSize, columns], gates, ...specs.recurrent },
    { name: 'bias', shape: [columns], gates, ...specs.bias, ...bias },
  ]
  return useBias ? weights : weights.slice(0, 2)
}

/** Options that one class has and another has not, in the places where Keras writes them. */
export interface ConfigPlaces {
  readonly afterActivation?: Record<string, Json>
  readonly afterBias?: Record<string, Json>
  readonly afterInitializers?: Record<string, Json>
  readonly last?: Record<string, Json>
  /** Of layers. */
  readonly activityRegularizer?: null
  /** Keras's SimpleRNN does not write its own. */
  readonly noSeed?: boolean
}

/** Keras's configuration of a cell, in Keras's order; of a layer what it has of its cell. */
export function cellConfig(cell: ReadCell, more: ConfigPlaces): Record<string, Json> {
  return {
    units: cell.units,
    activation: activationConfig(cell.activation),
    ...more.afterActivation,
    use_bias: cell.useBias,
    ...more.afterBias,
    ...cell.weights.initializers,
    ...more.afterInitializers,
    ...cell.weights.regularizers,
    ...(more.activityRegularizer === null ? { activity_regularizer: null } : {}),
    ...cell.weights.constraints,
    dropout: cell.dropout,
    recurrent_dropout: cell.recurrentDropout,
    ...more.last,
    ...(more.noSeed ? {} : { seed: cell.seed }),
  }
}
