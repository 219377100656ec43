import type { Metrics } from '../report/outcome.ts'
import type { ForecastPreparation } from './preparation.ts'

/** Sums over forecasts and what came, of one forecaster. Values arrive on the training part's scale. */
export class Measure {
  readonly #preparation: ForecastPreparation
  /** By target and step ahead. */
  readonly #absolute: Float64Array
  readonly #squared: Float64Array
  readonly #counts: Float64Array
  #inside = 0
  #intervals = 0

  constructor(preparation: ForecastPreparation) {
    this.#preparation = preparation
    const size = preparation.targets.length * preparation.horizon
    this.#absolute = new Float64Array(size)
    this.#squared = new Float64Array(size)
    this.#counts = new Float64Array(size)
  }

  /** @param place of target and step ahead: target · horizon + step */
  add(place: number, forecast: number, truth: number): void {
    const error = forecast - truth
    this.#absolute[place] += Math.abs(error)
    this.#squared[place] += error * error
    this.#counts[place]++
  }

  addInterval(low: number, high: number, truth: number): void {
    this.#intervals++
    if (truth >= low && truth <= high) this.#inside++
  }

  /** The share of what came that lay inside its interval; null where there were none. */
  get coverage(): number | null {
    return this.#intervals > 0 ? this.#inside / this.#intervals : null
  }

  /** Of one target, or the means over several of what has no unit: of degrees and euros there is no mean. */
  metrics(): Metrics {
    const all = this.#preparation.targets.map((_, index) => this.metricsOf(index))
    if (all.length === 1) return all[0]
    const mean = (name: 'mase' | 'mse') => {
      const values = all.map((each) => each[name]).filter((value) => value !== null)
      return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null
    }
    return { mae: null, rmse: null, mase: mean('mase'), mse: mean('mse') }
  }

  /** The mean squared error of each step ahead, over all targets; NaN where none was measured. */
  byStep(): number[] {
    const { targets, horizon } = this.#preparation
    return Array.from({ length: horizon }, (_, h) => {
      let [sum, count] = [0, 0]
      for (let c = 0; c < targets.length; c++) {
        sum += this.#squared[c * horizon + h]
        count += this.#counts[c * horizon + h]
      }
      return sum / count
    })
  }

  /** Of one target, in its own unit; null where nothing was measured. */
  metricsOf(index: number) {
    const { horizon, scalers, errors } = this.#preparation
    const range = [index * horizon, (index + 1) * horizon] as const
    const sum = (values: Float64Array) => values.subarray(...range).reduce((total, value) => total + value, 0)
    const count = sum(this.#counts)
    if (count === 0) return { mae: null, rmse: null, mase: null, mse: null }
    const size = scalers[index].deviation || 1
    const mse = sum(this.#squared) / count
    const mae = (sum(this.#absolute) / count) * size
    // Where the training part never changes, there is no error to hold others against.
    return { mae, rmse: Math.sqrt(mse) * size, mase: errors[index] > 0 ? mae / errors[index] : null, mse }
  }
}
