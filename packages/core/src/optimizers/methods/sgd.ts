import { sgd as operation, SGD_HYPER } from '../../ops/optimizers/sgd.ts'
import type { Definition } from '../definition.ts'
import type { SgdOptions } from '../sgd.ts'

export function sgd({ momentum, nesterov }: Required<SgdOptions>): Definition {
  return {
    slots: momentum === 0 ? [] : ['momentum'],
    hyper: Object.keys(SGD_HYPER).length,
    write: (hyper, _, rate) => {
      hyper[SGD_HYPER.learningRate] = rate
      hyper[SGD_HYPER.momentum] = momentum
    },
    emit: ({ emit, parameter, gradient, slot, number }) => {
      const kept = momentum === 0 ? undefined : slot('momentum')
      emit(operation, { parameter, gradient, momentum: kept, hyper: number('hyper') }, { nesterov })
    },
  }
}
