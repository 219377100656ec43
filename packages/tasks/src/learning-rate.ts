import { type Model, schedules } from '@carousel/core'

/** How the learning rate of a training goes. */
interface Course {
  /** The share of all updates over which it climbs from 0. */
  climb: number
  /** The share of the highest rate at which it ends, and with which a resume to more epochs goes on. */
  end: number
}

/**
 * A rate that climbs and then falls along half a cosine (Loshchilov & Hutter 2017), over all updates of a training.
 *
 * @param learningRate the highest
 */
export function cosineOver(updates: number, learningRate: number, { climb, end }: Course) {
  const warmupSteps = Math.round(updates * climb)
  const falls = { decaySteps: Math.max(1, updates - warmupSteps), alpha: end }
  return schedules.cosineDecay(
    warmupSteps > 0
      ? { initialLearningRate: 0, warmupTarget: learningRate, warmupSteps, ...falls }
      : { initialLearningRate: learningRate, ...falls },
  )
}

/** Over how many updates the rate of such a model falls; undefined where it has another course. */
export function updatesOf(model: Model): number | undefined {
  const rate = model.optimizer?.config().learning_rate as RateConfig | undefined
  const { decay_steps: decay, warmup_steps: warmup } = rate?.config ?? {}
  return typeof decay === 'number' && typeof warmup === 'number' ? decay + warmup : undefined
}

type RateConfig = { config?: { decay_steps?: unknown; warmup_steps?: unknown } }
