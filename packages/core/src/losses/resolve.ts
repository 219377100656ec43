import {
  camelCase,
  camelKeys,
  functionName,
  type Json,
  type JsonObject,
  type KerasObject,
  kerasObject,
  lowerFirst,
  readKerasObject,
} from '../config/keras.ts'
import { loadable } from '../config/loadable.ts'
import { show, suggest } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { categoricalCrossentropy } from './categoricalCrossentropy.ts'
import { type Loss, REDUCTIONS, type Reduction } from './loss.ts'

/** Every class that `compile` and files may name. Those beyond the seed job's are downloaded when training needs them. */
const CLASSES = (
  'CategoricalCrossentropy SparseCategoricalCrossentropy BinaryCrossentropy MeanSquaredError MeanAbsoluteError ' +
  'MeanAbsolutePercentageError MeanSquaredLogarithmicError Huber LogCosh CosineSimilarity KLDivergence Poisson Hinge ' +
  'SquaredHinge CategoricalHinge BinaryFocalCrossentropy CategoricalFocalCrossentropy Dice Tversky ' +
  'CategoricalGeneralizedCrossEntropy Quantile'
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
const REFUSED: Readonly<Record<string, string>> = {
  circle: 'it compares all samples of a batch with each other, and batches are computed row by row',
  ctc: 'no operation aligns sequences of labels yet',
  crossentropy:
    'it depends on the labels. Name categoricalCrossentropy (one-hot), sparse… or binaryCrossentropy',
}
const SAME_AS: Readonly<Record<string, string>> = { ce: 'crossentropy', cTC: 'ctc' }

export type LossName = keyof typeof import('./index.ts') | keyof typeof SHORT
export type LossLike = LossName | Loss

/** meanSquaredError, of the class MeanSquaredError. */
const nameOf = (className: string) => (className === 'KLDivergence' ? 'klDivergence' : lowerFirst(className))
const byName = new Map(CLASSES.map((className) => [nameOf(className), className]))

export const LOSS_NAMES: readonly string[] = [...byName.keys(), ...Object.keys(SHORT)]

export function resolveLoss(like: unknown, where: string): Loss {
  if (typeof like === 'string') {
    const className = byName.get(longName(like))
    if (className) return lossOf(className, {})
    throw new OptionError(`${where}: ${refusal(like)}`)
  }
  // of a class that files can name
  if (isMade(like) && CLASSES.includes(like.className)) return like
  throw new OptionError(`${where}: expected the name of a loss, or one made by losses.…(); got ${show(like)}`)
}

/** mse and MSE → meanSquaredError. */
export function longName(name: string): string {
  const short = name === name.toUpperCase() ? name.toLowerCase() : name
  return Object.hasOwn(SHORT, short) ? SHORT[short as keyof typeof SHORT] : name
}

function refusal(name: string): string {
  const known = Object.hasOwn(SAME_AS, name) ? SAME_AS[name] : name
  if (Object.hasOwn(REFUSED, known)) return `the loss '${name}' is not supported: ${REFUSED[known]}.`
  return `there is no loss '${name}'.${suggest(name, LOSS_NAMES)}`
}

function isMade(like: unknown): like is Loss {
  return typeof like === 'object' && like !== null && !!((like as Loss).emit ?? (like as Loss).load)
}

export function serializeLoss({ className, config }: Loss): KerasObject {
  return kerasObject('keras.losses', className, config)
}

/** From Keras's JSON: an object, or a name in snake case, or a class's. Await its `load` before it is used. */
export function deserializeLoss(json: Json): Loss {
  const given = typeof json === 'string' ? json : functionName(json)
  if (given !== null)
    return CLASSES.includes(given) ? lossOf(given, {}) : resolveLoss(camelCase(given), 'loss')
  const { className, config } = readKerasObject('loss', json)
  if (!CLASSES.includes(className)) throw new OptionError(refusal(lowerFirst(className)))
  return lossOf(className, config)
}

/** The loss of this class; all but one are empty until they are loaded. */
function lossOf(className: string, config: JsonObject): Loss {
  const options = camelKeys(config)
  const { reduction = REDUCTIONS[0] } = config
  if (className === 'CategoricalCrossentropy') return categoricalCrossentropy(options)
  const told: Omit<Loss, 'emit'> = {
    className,
    config,
    reduction: (reduction ?? 'none') as Reduction,
    labels: /^Sparse|Generalized/.test(className) ? 'classes' : 'values',
  }
  const made = async () => (await import('./classes.ts')).LOSS_CLASSES.get(className)?.(options as never)
  return loadable(told, made) as Loss
}
