import { notNegative, show } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import type { CallbackModel } from '../training/callbacks.ts'

/** The learning rate as it is now. Throws where it is not a number that may be changed. */
export function learningRateOf(where: string, { optimizer }: CallbackModel): number {
  const rate: unknown = optimizer?.learningRate
  if (typeof rate === 'number') return rate
  throw new OptionError(
    `${where}: the optimizer's learningRate must be a number, so that it can be changed; got ${show(rate)}`,
  )
}

export function setLearningRate(where: string, model: CallbackModel, rate: unknown): void {
  learningRateOf(where, model)
  const expected = notNegative(rate)
  if (expected) throw new OptionError(`${where}: the learning rate must be ${expected}; got ${show(rate)}`)
  if (model.optimizer) model.optimizer.learningRate = Number(rate)
}
