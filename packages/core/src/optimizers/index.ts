import {
  camelKeys,
  type Json,
  type JsonObject,
  type KerasObject,
  kerasObject,
  readKerasObject,
  snakeKeys,
} from '../config/keras.ts'
import {
  boolean,
  type Check,
  checkOptions,
  notNegative,
  show,
  suggest,
  rate as unitInterval,
} from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { power } from '../math/elementary.ts'
import { ADAM_HYPER, adam as adamOp } from '../ops/optimizers/adam.ts'
import { RMSPROP_HYPER, rmsprop as rmspropOp } from '../ops/optimizers/rmsprop.ts'
import { SGD_HYPER, sgd as sgdOp } from '../ops/optimizers/sgd.ts'
import type { Optimizer } from './optimizer.ts'

export type { Optimizer } from './optimizer.ts'

interface OptimizerOptions {
  /** Step size. Default 0.001, sgd 0.01. */
  learningRate?: number
}

/** Keras's options of every optimizer that we have not yet. */
const NOT_YET = {
  clipnorm: null,
  globalClipnorm: null,
  clipvalue: null,
  useEma: false,
  emaMomentum: 0.99,
  emaOverwriteFrequency: null,
  lossScaleFactor: null,
  gradientAccumulationSteps: null,
}

/** Keras's configuration of what all optimizers have. */
function commonConfig(name: string, learningRate: number, weightDecay: number | null = null): JsonObject {
  return { name, learning_rate: learningRate, weight_decay: weightDecay, ...snakeKeys(NOT_YET) }
}

export interface SgdOptions extends OptimizerOptions {
  /** Share of the last step that is kept. Default 0. */
  momentum?: number
  /** Nesterov's momentum. Default false. */
  nesterov?: boolean
}

/** Stochastic gradient descent, with momentum if asked. Keras: `SGD`. */
export function sgd(options: SgdOptions = {}): Optimizer {
  check('optimizers.sgd', options, { momentum: unitInterval, nesterov: boolean })
  const { learningRate = 0.01, momentum = 0, nesterov = false } = options
  return {
    className: 'SGD',
    learningRate,
    config() {
      return { ...commonConfig('sgd', this.learningRate), momentum, nesterov }
    },
    slots: momentum === 0 ? [] : ['momentum'],
    hyperSize: Object.keys(SGD_HYPER).length,
    writeHyper(_, hyper) {
      hyper[SGD_HYPER.learningRate] = this.learningRate
      hyper[SGD_HYPER.momentum] = momentum
    },
    emit: (builder, { parameter, gradient, slot, hyper }) => {
      builder.emit(
        sgdOp,
        { parameter, gradient, momentum: momentum === 0 ? undefined : slot('momentum'), hyper },
        { nesterov },
      )
    },
  }
}

export interface RmspropOptions extends OptimizerOptions {
  /** Decay of the mean of squares. Default 0.9. */
  rho?: number
  /** Default 0. */
  momentum?: number
  /** Default 1e-7. */
  epsilon?: number
  /** Divide by the estimated deviation rather than the root mean square. Default false. */
  centered?: boolean
}

/** RMSprop (Tieleman & Hinton 2012). Keras: `RMSprop`. */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  check('optimizers.rmsprop', options, {
    rho: unitInterval,
    momentum: unitInterval,
    epsilon: notNegative,
    centered: boolean,
  })
  const { learningRate = 0.001, rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options
  const slots = [
    'velocity',
    ...(momentum === 0 ? [] : ['momentum']),
    ...(centered ? ['average_gradient'] : []),
  ]
  return {
    className: 'RMSprop',
    learningRate,
    config() {
      return { ...commonConfig('rm_sprop', this.learningRate), rho, momentum, epsilon, centered }
    },
    slots,
    hyperSize: Object.keys(RMSPROP_HYPER).length,
    writeHyper(_, hyper) {
      hyper[RMSPROP_HYPER.learningRate] = this.learningRate
      hyper[RMSPROP_HYPER.rho] = rho
      hyper[RMSPROP_HYPER.oneMinusRho] = 1 - rho
      hyper[RMSPROP_HYPER.momentum] = momentum
      hyper[RMSPROP_HYPER.epsilon] = epsilon
    },
    emit: (builder, { parameter, gradient, slot, hyper }) => {
      const operands = {
        parameter,
        gradient,
        velocity: slot('velocity'),
        momentum: momentum === 0 ? undefined : slot('momentum'),
        average: centered ? slot('average_gradient') : undefined,
        hyper,
      }
      builder.emit(rmspropOp, operands, {})
    },
  }
}

export interface AdamOptions extends OptimizerOptions {
  /** Decay of the first moment. Default 0.9. */
  beta1?: number
  /** Decay of the second moment. Default 0.999. */
  beta2?: number
  /** Default 1e-7. */
  epsilon?: number
  /** Keep the largest second moment (Reddi et al. 2018). Default false. */
  amsgrad?: boolean
}

/** Adam (Kingma & Ba 2015), with Keras's place of ε. Keras: `Adam`. */
export function adam(options: AdamOptions = {}): Optimizer {
  check('optimizers.adam', options, ADAM_CHECKS)
  return adamFamily('Adam', 'adam', options, null)
}

export interface AdamWOptions extends AdamOptions {
  /** Share of each weight, times the learning rate, taken off at every step. Default 0.004. */
  weightDecay?: number
}

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019); as in Keras biases decay too. Keras: `AdamW`. */
export function adamW(options: AdamWOptions = {}): Optimizer {
  check('optimizers.adamW', options, { ...ADAM_CHECKS, weightDecay: notNegative })
  return adamFamily('AdamW', 'adam_w', options, options.weightDecay ?? 0.004)
}

const ADAM_CHECKS = { beta1: unitInterval, beta2: unitInterval, epsilon: notNegative, amsgrad: boolean }

function adamFamily(
  className: string,
  name: string,
  options: AdamOptions,
  weightDecay: number | null,
): Optimizer {
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, amsgrad = false } = options
  return {
    className,
    learningRate,
    config() {
      const common = commonConfig(name, this.learningRate, weightDecay)
      return { ...common, beta_1: beta1, beta_2: beta2, epsilon, amsgrad }
    },
    slots: ['momentum', 'velocity', ...(amsgrad ? ['velocity_hat'] : [])],
    hyperSize: Object.keys(ADAM_HYPER).length,
    writeHyper(step, hyper) {
      // Keras takes the powers of the betas rounded to float32, whatever it computes in
      hyper[ADAM_HYPER.alpha] =
        (this.learningRate * Math.sqrt(1 - power(Math.fround(beta2), step))) /
        (1 - power(Math.fround(beta1), step))
      hyper[ADAM_HYPER.oneMinusBeta1] = 1 - beta1
      hyper[ADAM_HYPER.oneMinusBeta2] = 1 - beta2
      hyper[ADAM_HYPER.epsilon] = epsilon
      hyper[ADAM_HYPER.decay] = weightDecay === null ? 0 : this.learningRate * weightDecay
    },
    emit: (builder, { parameter, gradient, slot, hyper }) => {
      const vMax = amsgrad ? slot('velocity_hat') : undefined
      builder.emit(adamOp, { parameter, gradient, m: slot('momentum'), v: slot('velocity'), vMax, hyper }, {})
    },
  }
}

const BY_NAME = { sgd, rmsprop, adam, adamW } as const

export type OptimizerName = keyof typeof BY_NAME
/** A name stands for the optimizer with its default options. */
export type OptimizerLike = OptimizerName | Optimizer

/** Our names by Keras's classes. */
const NAMES: Readonly<Record<string, OptimizerName | undefined>> = {
  SGD: 'sgd',
  RMSprop: 'rmsprop',
  Adam: 'adam',
  AdamW: 'adamW',
}

export const OPTIMIZER_NAMES = Object.keys(BY_NAME)

export function resolveOptimizer(like: unknown, where: string): Optimizer {
  if (typeof like === 'string') {
    const name = OPTIMIZER_NAMES.find((known) => known.toLowerCase() === like.toLowerCase())
    if (name) return BY_NAME[name as OptimizerName]()
    throw new OptionError(`${where}: there is no optimizer '${like}'.${suggest(like, OPTIMIZER_NAMES)}`)
  }
  // of a class that files can name
  if (isMade(like) && Object.hasOwn(NAMES, like.className)) return like
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

/** Classes that a file may name. */
const BY_CLASS: ReadonlyMap<string, (options: object) => Optimizer> = new Map([
  ['SGD', sgd],
  ['RMSprop', rmsprop],
  ['Adam', adam],
  ['AdamW', adamW],
])

export function deserializeOptimizer(json: Json): Optimizer {
  if (typeof json === 'string') return resolveOptimizer(json, 'optimizer')
  const { className, config } = readKerasObject('optimizer', json)
  const make = BY_CLASS.get(className)
  if (!make)
    throw new OptionError(
      `optimizer '${className}' is not supported. There are: ${OPTIMIZER_NAMES.join(', ')}.`,
    )
  return make(readConfig(config))
}

function readConfig(config: JsonObject): Record<string, Json> {
  const { name: _, isLegacyOptimizer: __, jitCompile: ___, ...options } = camelKeys(config)
  return options
}

function check(where: string, options: object, more: Readonly<Record<string, Check>>): void {
  const notYet = { weightDecay: null, ...NOT_YET, name: undefined }
  checkOptions({ where, options: { learningRate: notNegative, ...more }, notYet }, options)
}

/** A learning rate may be changed at any time; refuses what no optimizer can use. */
export function checkLearningRate({ learningRate }: Optimizer): void {
  const expected = notNegative(learningRate)
  if (expected)
    throw new OptionError(`the optimizer's learningRate must be ${expected}; got ${show(learningRate)}`)
}
