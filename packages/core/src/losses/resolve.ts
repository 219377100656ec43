import {
  camelCase,
  camelKeys,
  type JsonObject,
  type KerasObject,
  kerasObject,
  lowerFirst,
  snakeCase,
} from '../config/keras.ts'
import { loadable } from '../config/loadable.ts'
import { type Named, show, suggest } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { CATEGORICAL } from './categorical.ts'
import { type Loss, REDUCTIONS, type Reduction } from './loss.ts'
import { rest } from './rest.ts'

/** Classes of losses that are of metrics too. */
export const BOTH =
  'CategoricalCrossentropy SparseCategoricalCrossentropy BinaryCrossentropy MeanSquaredError MeanAbsoluteError ' +
  'MeanAbsolutePercentageError MeanSquaredLogarithmicError CosineSimilarity KLDivergence Poisson Hinge SquaredHinge ' +
  'CategoricalHinge '

/** Every class that `compile` and files may name. Those beyond the seed job's are downloaded when training needs them. */
export const CLASSES: readonly string[] = (
  BOTH +
  'Huber LogCosh BinaryFocalCrossentropy CategoricalFocalCrossentropy Dice Tversky CategoricalGeneralizedCrossEntropy ' +
  'Quantile CTC'
).split(' ')

const SHORT = {
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
  mape: 'meanAbsolutePercentageError',
  msle: 'meanSquaredLogarithmicError',
  bce: 'binaryCrossentropy',
  kld: 'klDivergence',
} as const

/** What Keras has and we have not, and why. */
const COMPARES = 'it compares all samples of a batch with each other'
const DEPENDS = 'name the categorical, sparse categorical or binary one'
const REFUSED = new Map(Object.entries({ circle: COMPARES, crossentropy: DEPENDS, ce: DEPENDS }))

export type LossName = Named<keyof typeof import('./index.ts')> | keyof typeof SHORT
export type LossLike = LossName | Loss

const NAMES = new Map(Object.entries({ KLDivergence: 'klDivergence', CTC: 'ctc' }))

/** meanSquaredError, of the class MeanSquaredError. */
export const lossName = (className: string) => NAMES.get(className) ?? lowerFirst(className)
const byName = new Map(CLASSES.map((className) => [lossName(className), className]))

export const LOSS_NAMES: readonly string[] = [...byName.keys(), ...Object.keys(SHORT)]

export function resolveLoss(like: unknown, where: string): Loss {
  if (typeof like === 'string') {
    const given = ourName(like)
    const className = byName.get(longName(given))
    if (className) return Object.assign(lossOf(className, {}), { given })
    throw new OptionError(`${where}: ${refusal(like)}`)
  }
  // of a class that files can name
  if (isMade(like) && CLASSES.includes(like.className)) return like
  throw new OptionError(`${where}: expected the name of a loss, or one made by losses.…(); got ${show(like)}`)
}

/** mse and MSE → mse; mean_squared_error and MeanSquaredError → meanSquaredError. */
function ourName(name: string): string {
  const short = name === name.toUpperCase() ? name.toLowerCase() : name
  if (Object.hasOwn(SHORT, short)) return short
  return CLASSES.includes(name) ? lossName(name) : camelCase(name)
}

/** mse → meanSquaredError. */
export function longName(name: string): string {
  const known = ourName(name)
  return Object.hasOwn(SHORT, known) ? SHORT[known as keyof typeof SHORT] : known
}

export function refusal(name: string): string {
  const reason = REFUSED.get(name)
  return reason
    ? `the loss '${name}' is not supported: ${reason}`
    : `there is no loss '${name}'.${suggest(name, LOSS_NAMES)}`
}

function isMade(like: unknown): like is Loss {
  return typeof like === 'object' && like !== null && !!((like as Loss).emit ?? (like as Loss).load)
}

/** As Keras writes it: what was given by name stays a name, where Keras knows it. */
export function serializeLoss({ className, config, given }: Loss): string | KerasObject {
  if (given && !/Generalized|Quantile/.test(className)) return snakeCase(given)
  return kerasObject('keras.losses', className, config)
}

/** The loss of this class; all but the seed job's are empty until they are loaded. */
export function lossOf(className: string, config: JsonObject): Loss {
  const { reduction = REDUCTIONS[0] } = config
  const isPlain = Object.entries(config).every(([key, value]) => CATEGORICAL.config[key] === value)
  if (className === CATEGORICAL.className && isPlain) return { ...CATEGORICAL }
  const told: Omit<Loss, 'emit'> = {
    className,
    config,
    reduction: (reduction ?? 'none') as Reduction,
    labels: /^Sparse|Generalized/.test(className) ? 'classes' : className === 'CTC' ? 'sequences' : 'values',
  }
  const made = async () => {
    await rest.load()
    return rest.module.LOSS_CLASSES.get(className)?.(camelKeys(config) as never)
  }
  return loadable(told, made) as Loss
}
