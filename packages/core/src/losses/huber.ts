import { positive } from '../config/options.ts'
import { composeLoss } from './compose.ts'

export interface HuberOptions {
  /** Up to this error the loss is quadratic, beyond it linear. Default 1. */
  delta?: number
}

/** e² / 2 where the error e = p − y is at most delta, else delta · |e| − delta² / 2; mean over the last axis. Huber 1964. */
export const huber = composeLoss<HuberOptions>({
  className: 'Huber',
  keras: 'huber_loss',
  here: 'huber',
  checks: { delta: positive },
  defaults: { delta: 1 },
  forgotten: ['delta'],
  emit: ({ y, p, last, subtract, abs, square, scale, where, compare, mean }, { delta }) => {
    const error = subtract(p, y)
    const size = abs(error)
    const near = scale(square(error), 0.5)
    const far = scale(size, delta, -0.5 * delta * delta)
    return mean(where(compare('lessEqual', size, delta), near, far), last)
  },
})
