import { type Family, notAMember, resolveMember, serializeMember } from '../config/family.ts'
import { type Json, lowerFirst, snakeKeys, upperFirst } from '../config/keras.ts'
import {
  type Check,
  finite,
  type Named,
  notNegative,
  oneOf,
  orNull,
  positive,
  readOptions,
  type Spelled,
  seed,
} from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { sizeOf } from '../program/program.ts'
import { Generator } from '../random/generator.ts'
import type { Initializer } from './initializer.ts'
import { orthogonalMatrix } from './orthogonal.ts'
import {
  fans,
  type Scaling,
  truncatedNormal as truncatedNormalValue,
  varianceScalingValues,
} from './varianceScaling.ts'

export type { Initializer } from './initializer.ts'

/** Seed of this initializer alone; null (the default) takes numbers from the model's seed. */
interface Seeded {
  seed?: number | null
}

/** Which axes are inputs and which outputs of a unit; null (the default) tells them by their place. */
interface Axes {
  inputAxes?: readonly number[] | null
  outputAxes?: readonly number[] | null
}

const SEED = [null, orNull(seed)] as const
const isAxes: Check = (value) =>
  Array.isArray(value) && value.every(Number.isSafeInteger) ? null : 'a list of axes, or null'
const AXES = {
  seed: SEED,
  inputAxes: [null, orNull(isAxes)],
  outputAxes: [null, orNull(isAxes)],
} as const
const NORMAL = { mean: [0, finite], stddev: [0.05, notNegative], seed: SEED } as const

export function zeros(given: object = {}): Initializer {
  return filled('Zeros', { ...readOptions('initializers.zeros', given, {}) }, 0)
}

export function ones(given: object = {}): Initializer {
  return filled('Ones', { ...readOptions('initializers.ones', given, {}) }, 1)
}

export function constant(given: { value?: number } = {}): Initializer {
  const { value } = readOptions('initializers.constant', given, { value: [0, finite] })
  return filled('Constant', { value }, value)
}

/** Uniform in [minval, maxval). */
export function randomUniform(given: { minval?: number; maxval?: number } & Seeded = {}): Initializer {
  const table = { minval: [-0.05, finite], maxval: [0.05, finite], seed: SEED } as const
  const { minval, maxval, seed } = readOptions('initializers.randomUniform', given, table)
  return drawn('RandomUniform', { seed, minval, maxval }, (g) => minval + (maxval - minval) * g.uniform())
}

export function randomNormal(given: { mean?: number; stddev?: number } & Seeded = {}): Initializer {
  const { mean, stddev, seed } = readOptions('initializers.randomNormal', given, NORMAL)
  return drawn('RandomNormal', { seed, mean, stddev }, (g) => mean + stddev * g.normal())
}

/** Normal, values beyond two standard deviations drawn again. */
export function truncatedNormal(given: { mean?: number; stddev?: number } & Seeded = {}): Initializer {
  const { mean, stddev, seed } = readOptions('initializers.truncatedNormal', given, NORMAL)
  return drawn('TruncatedNormal', { seed, mean, stddev }, (g) => mean + stddev * truncatedNormalValue(g))
}

const MODES = ['fan_in', 'fan_out', 'fan_avg'] as const
const DISTRIBUTIONS = ['truncated_normal', 'untruncated_normal', 'uniform'] as const

export interface VarianceScalingOptions extends Seeded, Axes {
  scale?: number
  mode?: Spelled<(typeof MODES)[number]>
  distribution?: Spelled<(typeof DISTRIBUTIONS)[number]>
}

/** Random values whose variance is scale / fan, so that signals keep their size from layer to layer. */
export function varianceScaling(given: VarianceScalingOptions = {}): Initializer {
  const table = {
    scale: [1, positive],
    mode: ['fan_in', oneOf(MODES)],
    distribution: ['truncated_normal', oneOf(DISTRIBUTIONS)],
    ...AXES,
  } as const
  const read = readOptions<VarianceScalingOptions>('initializers.varianceScaling', given, table)
  const { scale, mode, distribution, seed, inputAxes, outputAxes } = read as typeof read & Scaling
  const options = { seed, scale, mode, distribution, inputAxes, outputAxes }
  return made('VarianceScaling', options, (shape, generator) =>
    varianceScalingValues(fans(shape, inputAxes, outputAxes), shape, source(seed, generator), {
      scale,
      mode,
      distribution,
    }),
  )
}

/** Glorot & Bengio 2010. */
export const glorotUniform = scaled('GlorotUniform', 1, 'fan_avg', 'uniform')
export const glorotNormal = scaled('GlorotNormal', 1, 'fan_avg', 'truncated_normal')
/** He et al. 2015. */
export const heUniform = scaled('HeUniform', 2, 'fan_in', 'uniform')
export const heNormal = scaled('HeNormal', 2, 'fan_in', 'truncated_normal')
/** LeCun et al. 1998. */
export const lecunUniform = scaled('LecunUniform', 1, 'fan_in', 'uniform')
export const lecunNormal = scaled('LecunNormal', 1, 'fan_in', 'truncated_normal')

/** Rows or columns that are orthonormal, times `gain` (Saxe, McClelland & Ganguli 2014). */
export function orthogonal(given: { gain?: number } & Seeded = {}): Initializer {
  const { gain, seed } = readOptions('initializers.orthogonal', given, { gain: [1, finite], seed: SEED })
  return made('Orthogonal', { seed, gain }, (shape, generator) =>
    orthogonalMatrix(shape, source(seed, generator), gain),
  )
}

/** The identity matrix, times `gain`. */
export function identity(given: { gain?: number } = {}): Initializer {
  const { gain } = readOptions('initializers.identity', given, { gain: [1, finite] })
  return made('Identity', gain === 1 ? {} : { gain }, (shape) => {
    if (shape.length !== 2)
      throw new OptionError(`initializers.identity fills matrices; got the shape [${shape}]`)
    const data = new Float32Array(sizeOf(shape))
    for (let i = 0; i < Math.min(shape[0], shape[1]); i++) data[i * shape[1] + i] = gain
    return data
  })
}

const BY_NAME = {
  zeros,
  ones,
  constant,
  randomUniform,
  randomNormal,
  truncatedNormal,
  varianceScaling,
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  orthogonal,
  identity,
} as const

export type InitializerName = keyof typeof BY_NAME
/** A name stands for the initializer with its default options. */
export type InitializerLike = Named<InitializerName> | Initializer

/** Classes that a file may name: our names with a capital letter. STFT, of audio layers, is not among them. */
export const INITIALIZER_CLASSES: ReadonlyMap<string, (options: never) => Initializer> =
  /* @__PURE__ */ (() =>
    new Map<string, (options: never) => Initializer>(
      Object.entries(BY_NAME).map(([name, make]) => [upperFirst(name), make]),
    ))()

const FAMILY: Family<Initializer> = {
  what: 'initializer',
  members: BY_NAME,
  others: {
    ...{ normal: 'randomNormal', uniform: 'randomUniform', one: 'ones', zero: 'zeros' },
    ...{ identityinitializer: 'identity', orthogonalinitializer: 'orthogonal' },
  },
  // Keras's older word
  read: (options) =>
    options.distribution === 'normal' ? { ...options, distribution: 'truncated_normal' } : options,
}

/** An initializer out of a name, one made by `initializers.…()`, or Keras's JSON. */
export function resolveInitializer(like: unknown, where: string): Initializer {
  const found = resolveMember(FAMILY, like, where)
  if (found) return found
  throw notAMember(FAMILY, like, where)
}

export function serializeInitializer(initializer: Initializer): Json {
  return serializeMember(FAMILY, initializer)
}

function made(
  className: string,
  options: Readonly<Record<string, Json>>,
  values: Initializer['values'],
): Initializer {
  return { className, config: snakeKeys(options), values }
}

function filled(className: string, options: Readonly<Record<string, Json>>, value: number): Initializer {
  return made(className, options, (shape) => new Float32Array(sizeOf(shape)).fill(value))
}

function scaled(
  className: string,
  scale: number,
  mode: 'fan_in' | 'fan_avg',
  distribution: 'uniform' | 'truncated_normal',
): (given?: Seeded & Axes) => Initializer {
  return (given = {}) => {
    const own = readOptions<Seeded & Axes>(`initializers.${lowerFirst(className)}`, given, AXES)
    return made(className, { ...own }, varianceScaling({ scale, mode, distribution, ...own }).values)
  }
}

/** An initializer that draws its values one by one. */
function drawn(
  className: string,
  options: { seed: number | null } & Record<string, Json>,
  draw: (g: Generator) => number,
): Initializer {
  return made(className, options, (shape, generator) => {
    const from = source(options.seed, generator)
    return Float32Array.from({ length: sizeOf(shape) }, () => draw(from))
  })
}

/** Its own generator for an initializer with a seed of its own; otherwise the model's. */
function source(seed: number | null, generator: Generator): Generator {
  return seed === null ? generator : new Generator(seed, 0)
}
