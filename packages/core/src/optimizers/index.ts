import { type KerasObject, kerasObject } from '../config/keras.ts'
import { show, suggest } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { adadelta } from './adadelta.ts'
import { adagrad } from './adagrad.ts'
import { adam, adamW } from './adam.ts'
import { adamax } from './adamax.ts'
import { ftrl } from './ftrl.ts'
import { lion } from './lion.ts'
import { nadam } from './nadam.ts'
import type { Optimizer } from './optimizer.ts'
import { rmsprop } from './rmsprop.ts'
import { sgd } from './sgd.ts'

export type { AdadeltaOptions } from './adadelta.ts'
export type { AdagradOptions } from './adagrad.ts'
export type { AdamOptions, AdamWOptions } from './adam.ts'
export type { AdamaxOptions } from './adamax.ts'
export { checkLearningRate, type LearningRate, type OptimizerOptions } from './define.ts'
export type { FtrlOptions } from './ftrl.ts'
export type { LionOptions } from './lion.ts'
export type { NadamOptions } from './nadam.ts'
export type { Optimizer } from './optimizer.ts'
export type { RmspropOptions } from './rmsprop.ts'
export type { SgdOptions } from './sgd.ts'
export { adadelta, adagrad, adam, adamax, adamW, ftrl, lion, nadam, rmsprop, sgd }

const BY_NAME = { sgd, rmsprop, adam, adamW, adamax, nadam, adagrad, adadelta, ftrl, lion } as const

type Name = keyof typeof BY_NAME
export type OptimizerName = Name | Lowercase<Name>
/** A name stands for the optimizer with its default options. */
export type OptimizerLike = OptimizerName | Optimizer

export const OPTIMIZER_NAMES = Object.keys(BY_NAME)

/** Classes that a file may name: Keras's names differ from ours in their case alone. */
export const OPTIMIZER_CLASSES: ReadonlyMap<string, (options: never) => Optimizer> = /* @__PURE__ */ new Map<
  string,
  (options: never) => Optimizer
>([
  ['Adadelta', adadelta],
  ['Adagrad', adagrad],
  ['Adam', adam],
  ['Adamax', adamax],
  ['AdamW', adamW],
  ['Ftrl', ftrl],
  ['Lion', lion],
  ['Nadam', nadam],
  ['RMSprop', rmsprop],
  ['SGD', sgd],
])

/** The function for a name, ours or Keras's. */
export function resolveOptimizerClass(name: string, where: string): (options: object) => Optimizer {
  const known = OPTIMIZER_NAMES.find((each) => each.toLowerCase() === name.toLowerCase())
  if (known) return BY_NAME[known as Name]
  throw new OptionError(`${where}: there is no optimizer '${name}'.${suggest(name, OPTIMIZER_NAMES)}`)
}

export function resolveOptimizer(like: unknown, where: string): Optimizer {
  if (typeof like === 'string') return resolveOptimizerClass(like, where)({})
  // of a class that files can name
  if (isMade(like) && resolveOptimizerClass(like.className, where)) return like
  throw new OptionError(
    `${where}: expected the name of an optimizer, or one made by optimizers.…(); got ${show(like)}`,
  )
}

function isMade(like: unknown): like is Optimizer {
  return typeof like === 'object' && like !== null && typeof (like as Optimizer).writeHyper === 'function'
}

export function serializeOptimizer(optimizer: Optimizer): KerasObject {
  return kerasObject('keras.optimizers', optimizer.className, optimizer.config())
}
