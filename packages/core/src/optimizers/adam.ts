import { boolean, notNegative, type OptionTable } from '../config/options.ts'
import { power } from '../math/elementary.ts'
import { ADAM_HYPER, adam as adamOp } from '../ops/optimizers/adam.ts'
import { defineOptimizer, MOMENTS, type OptimizerOptions } from './define.ts'
import { atLeastTiny, type Definition } from './definition.ts'
import type { Optimizer } from './optimizer.ts'

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

export interface AdamWOptions extends AdamOptions {
  /** Share of each weight, times the learning rate, taken off at every step. Default 0.004. */
  weightDecay?: number
}

/** Adam (Kingma & Ba 2015), with Keras's place of ε. Keras: `Adam`. */
export function adam(options: AdamOptions = {}): Optimizer {
  return defineOptimizer('Adam', 'adam', {}, options, TABLE, define)
}

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019); as in Keras biases decay too. Keras: `AdamW`. */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const table = { weightDecay: [0.004, notNegative], ...TABLE } as const
  return defineOptimizer<AdamWOptions>('AdamW', 'adamW', { name: 'adam_w' }, options, table, define)
}

const TABLE = { ...MOMENTS, amsgrad: [false, boolean] } as const satisfies Partial<OptionTable<AdamOptions>>

function define({ beta1, beta2, epsilon, amsgrad, weightDecay }: Required<AdamOptions>): Definition {
  return {
    slots: ['momentum', 'velocity', ...(amsgrad ? ['velocity_hat'] : [])],
    hyper: Object.keys(ADAM_HYPER).length,
    write: (hyper, t, rate) => {
      // Keras takes the powers of the betas rounded to float32, whatever it computes in
      hyper[ADAM_HYPER.alpha] =
        (rate * Math.sqrt(1 - power(Math.fround(beta2), t))) / (1 - power(Math.fround(beta1), t))
      hyper[ADAM_HYPER.oneMinusBeta1] = 1 - beta1
      hyper[ADAM_HYPER.oneMinusBeta2] = 1 - beta2
      hyper[ADAM_HYPER.epsilon] = atLeastTiny(epsilon)
      hyper[ADAM_HYPER.decay] = rate * (weightDecay ?? 0)
    },
    emit: ({ emit, parameter, gradient, slot, number }) => {
      const vMax = amsgrad ? slot('velocity_hat') : undefined
      emit(
        adamOp,
        { parameter, gradient, m: slot('momentum'), v: slot('velocity'), vMax, hyper: number('hyper') },
        {},
      )
    },
    decays: true,
  }
}
