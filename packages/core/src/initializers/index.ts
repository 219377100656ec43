import {
  camelKeys,
  isObject,
  type Json,
  type KerasObject,
  kerasObject,
  lowerFirst,
  readKerasObject,
  snakeKeys,
  upperFirst,
} from '../config/keras.ts'
import {
  type Check,
  finite,
  notNegative,
  oneOf,
  orNull,
  positive,
  readOptions,
  seed,
  show,
  suggest,
} from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { sizeOf } from '../program/program.ts'
import { Generator } from '../random/generator.ts'
import type { Initializer } from './initializer.ts'
import { orthogonalMatrix } from './orthogonal.ts'
import { fans, truncatedNormal as truncatedNormalValue, varianceScalingValues } from './varianceScaling.ts'

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

export function zeros(): Initializer {
  return { className: 'Zeros', options: {}, values: (shape) => new Float32Array(sizeOf(shape)) }
}

export function ones(): Initializer {
  return { className: 'Ones', options: {}, values: (shape) => new Float32Array(sizeOf(shape)).fill(1) }
}

export function constant(given: { value?: number } = {}): Initializer {
  const { value } = readOptions('initializers.constant', given, { value: [0, finite] })
  return {
    className: 'Constant',
    options: { value },
    values: (shape) => new Float32Array(sizeOf(shape)).fill(value),
  }
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

export interface VarianceScalingOptions extends Seeded, Axes {
  scale?: number
  mode?: 'fanIn' | 'fanOut' | 'fanAvg'
  distribution?: 'truncatedNormal' | 'untruncatedNormal' | 'uniform'
}

/** Random values whose variance is scale / fan, so that signals keep their size from layer to layer. */
export function varianceScaling(given: VarianceScalingOptions = {}): Initializer {
  const table = {
    scale: [1, positive],
    mode: ['fanIn', oneOf(['fanIn', 'fanOut', 'fanAvg'])],
    distribution: ['truncatedNormal', oneOf(['truncatedNormal', 'untruncatedNormal', 'uniform'])],
    ...AXES,
  } as const
  const read = readOptions<VarianceScalingOptions>('initializers.varianceScaling', given, table)
  const { scale, mode, distribution, seed, inputAxes, outputAxes } = read
  const words = { mode: KERAS_WORDS[mode], distribution: KERAS_WORDS[distribution] }
  return {
    className: 'VarianceScaling',
    options: { seed, scale, ...words, inputAxes, outputAxes },
    values: (shape, generator) =>
      varianceScalingValues(fans(shape, inputAxes, outputAxes), shape, source(seed, generator), {
        scale,
        mode,
        distribution,
      }),
  }
}

const KERAS_WORDS = {
  fanIn: 'fan_in',
  fanOut: 'fan_out',
  fanAvg: 'fan_avg',
  truncatedNormal: 'truncated_normal',
  untruncatedNormal: 'untruncated_normal',
  uniform: 'uniform',
} as const

/** Glorot & Bengio 2010. */
export const glorotUniform = scaled('GlorotUniform', 1, 'fanAvg', 'uniform')
export const glorotNormal = scaled('GlorotNormal', 1, 'fanAvg', 'truncatedNormal')
/** He et al. 2015. */
export const heUniform = scaled('HeUniform', 2, 'fanIn', 'uniform')
export const heNormal = scaled('HeNormal', 2, 'fanIn', 'truncatedNormal')
/** LeCun et al. 1998. */
export const lecunUniform = scaled('LecunUniform', 1, 'fanIn', 'uniform')
export const lecunNormal = scaled('LecunNormal', 1, 'fanIn', 'truncatedNormal')

/** Rows or columns that are orthonormal, times `gain` (Saxe, McClelland & Ganguli 2014). */
export function orthogonal(given: { gain?: number } & Seeded = {}): Initializer {
  const { gain, seed } = readOptions('initializers.orthogonal', given, { gain: [1, finite], seed: SEED })
  return {
    className: 'Orthogonal',
    options: { seed, gain },
    values: (shape, generator) => orthogonalMatrix(shape, source(seed, generator), gain),
  }
}

/** The identity matrix, times `gain`. */
export function identity(given: { gain?: number } = {}): Initializer {
  const { gain } = readOptions('initializers.identity', given, { gain: [1, finite] })
  return {
    className: 'Identity',
    options: gain === 1 ? {} : { gain },
    values: (shape) => {
      if (shape.length !== 2)
        throw new OptionError(`initializers.identity fills matrices; got the shape [${shape}]`)
      const data = new Float32Array(sizeOf(shape))
      for (let i = 0; i < Math.min(shape[0], shape[1]); i++) data[i * shape[1] + i] = gain
      return data
    },
  }
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
export type InitializerLike = InitializerName | Initializer

/** Classes that a file may name: our names with a capital letter. STFT, of audio layers, is not among them. */
export const INITIALIZER_CLASSES: ReadonlyMap<string, (options: never) => Initializer> = new Map<
  string,
  (options: never) => Initializer
>(Object.entries(BY_NAME).map(([name, make]) => [upperFirst(name), make]))

export function resolveInitializer(like: unknown, where: string): Initializer {
  if (typeof like === 'string') {
    const name = OTHER_NAMES[like] ?? like
    if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name as InitializerName]()
    throw new OptionError(
      `${where}: there is no initializer '${like}'.${suggest(like, Object.keys(BY_NAME))}`,
    )
  }
  // of a class that files can name
  if (isMade(like) && Object.hasOwn(BY_NAME, lowerFirst(like.className))) return like
  throw new OptionError(
    `${where}: expected an initializer's name, or one made by initializers.…(); got ${show(like)}`,
  )
}

/** Keras's other names. */
const OTHER_NAMES: Readonly<Record<string, InitializerName | undefined>> = {
  normal: 'randomNormal',
  one: 'ones',
  uniform: 'randomUniform',
  zero: 'zeros',
}

function isMade(like: unknown): like is Initializer {
  return typeof like === 'object' && like !== null && typeof (like as Initializer).values === 'function'
}

export function serializeInitializer({ className, options }: Initializer): KerasObject {
  return kerasObject('keras.initializers', className, snakeKeys(options))
}

/** From Keras's JSON: an object, or an older file's name. */
export function deserializeInitializer(json: Json, where: string): Initializer {
  if (typeof json === 'string')
    return resolveInitializer(lowerFirst(json.replace(/_./g, (s) => s[1].toUpperCase())), where)
  const { className, config } = readKerasObject(where, json)
  // IdentityInitializer and OrthogonalInitializer are Keras's older names
  const make = INITIALIZER_CLASSES.get(className.replace(/Initializer$/, ''))
  if (!make) {
    throw new OptionError(
      `${where}: initializer '${className}' is not supported. There are: ${Object.keys(BY_NAME).join(', ')}.`,
    )
  }
  const options = camelKeys(config)
  for (const key of ['mode', 'distribution']) {
    const word = Object.entries(KERAS_WORDS).find(([, theirs]) => theirs === options[key])
    if (word) options[key] = word[0]
    else if (options[key] === 'normal') options[key] = 'truncatedNormal'
  }
  if (isObject(options.seed))
    throw new OptionError(`${where}: a seed generator object is not supported; got ${show(options.seed)}`)
  return make(options as never)
}

function scaled(
  className: string,
  scale: number,
  mode: 'fanIn' | 'fanAvg',
  distribution: 'uniform' | 'truncatedNormal',
): (given?: Seeded & Axes) => Initializer {
  return (given = {}) => {
    const own = readOptions<Seeded & Axes>(`initializers.${lowerFirst(className)}`, given, AXES)
    return { ...varianceScaling({ scale, mode, distribution, ...own }), className, options: own }
  }
}

/** An initializer that draws its values one by one. */
function drawn(
  className: string,
  options: { seed: number | null } & Record<string, Json>,
  draw: (g: Generator) => number,
): Initializer {
  return {
    className,
    options,
    values: (shape, generator) => {
      const from = source(options.seed, generator)
      return Float32Array.from({ length: sizeOf(shape) }, () => draw(from))
    },
  }
}

/** Its own generator for an initializer with a seed of its own; otherwise the model's. */
function source(seed: number | null, generator: Generator): Generator {
  return seed === null ? generator : new Generator(seed, 0)
}
