import { rmsprop as operation, RMSPROP_HYPER } from '../../ops/optimizers/rmsprop.ts'
import { atLeastTiny, type Definition } from '../definition.ts'
import type { RmspropOptions } from '../rmsprop.ts'

export function rmsprop({ rho, momentum, epsilon, centered }: Required<RmspropOptions>): Definition {
  return {
    slots: ['velocity', ...(momentum === 0 ? [] : ['momentum']), ...(centered ? ['average_gradient'] : [])],
    hyper: Object.keys(RMSPROP_HYPER).length,
    write: (hyper, _, rate) => {
      hyper[RMSPROP_HYPER.learningRate] = rate
      hyper[RMSPROP_HYPER.rho] = rho
      hyper[RMSPROP_HYPER.oneMinusRho] = 1 - rho
      hyper[RMSPROP_HYPER.momentum] = momentum
      hyper[RMSPROP_HYPER.epsilon] = atLeastTiny(epsilon)
    },
    emit: ({ emit, parameter, gradient, slot, number }) => {
      const operands = {
        parameter,
        gradient,
        velocity: slot('velocity'),
        momentum: momentum === 0 ? undefined : slot('momentum'),
        average: centered ? slot('average_gradient') : undefined,
        hyper: number('hyper'),
      }
      emit(operation, operands, {})
    },
  }
}
