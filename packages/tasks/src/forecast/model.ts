import {
  type Engine,
  type Float32Tensor,
  initializers,
  input,
  layers,
  losses,
  type Model,
  model,
  type SymbolicTensor,
} from '@carousel/core'
import { cells, makers } from '../settings.ts'
import type { ForecastPreparation } from './preparation.ts'
import type { Linear } from './ridge.ts'
import type { ForecastSettings } from './settings.ts'
import { featuresOf } from './windows.ts'

/**
 * Two paths added up: a linear one from each target's window to its forecast, which begins as the ridge regression; and
 * a recurrent one over all columns, which begins at nothing and learns what the linear one leaves. Outputs, on the
 * training part's scale, less the last value:
 *
 *   point      [B, targets · horizon], by the mean squared error
 *   quantiles  [B, quantiles · targets · horizon], by the pinball loss: the point and a distance from it
 */
export function modelOf(
  preparation: ForecastPreparation,
  settings: ForecastSettings,
  engine?: Engine,
): Model {
  const { targets, window, patch, horizon, quantiles } = preparation
  const { cell, units, dropout, optimizer, learningRate, seed } = settings
  const outputs = targets.length * horizon
  const histories = targets.map((_, index) => input({ shape: [window], name: `history${index + 1}` }))
  const steps = input({ shape: [window / patch, patch * featuresOf(preparation)], name: 'steps' })

  const straight = histories.map((history, index) =>
    layers.dense({ units: horizon, name: `linear${index + 1}` }).apply(history),
  )
  const linear = joined(straight, 'linear')
  const read = cells[cell]({ units, name: cell }).apply(steps)
  const state = dropout > 0 ? layers.dropout({ rate: dropout }).apply(read) : read
  const correction = layers
    .dense({ units: outputs, kernelInitializer: initializers.zeros(), name: 'correction' })
    .apply(state)
  const point = layers.add({ name: 'point' }).apply([linear, correction])
  const distance = layers
    .dense({ units: quantiles.length * outputs, kernelInitializer: initializers.zeros(), name: 'distance' })
    .apply(state)
  const copies = joined(
    quantiles.map(() => point),
    'copies',
  )
  const made: Model<Float32Tensor | readonly Float32Tensor[]> = model({
    inputs: [...histories, steps],
    outputs: [point, layers.add({ name: 'quantiles' }).apply([copies, distance])],
    name: `forecast_${cell}`,
    seed,
    engine,
  })
  made.compile({
    optimizer: makers[optimizer]({ learningRate }),
    loss: { point: losses.meanSquaredError(), quantiles: losses.quantile({ quantiles }) },
  })
  made.preparation = preparation
  // Tasks are about models of any number of outputs; `forecastsAt` expects a list.
  return made as Model
}

const joined = (tensors: readonly SymbolicTensor[], name: string): SymbolicTensor =>
  tensors.length === 1 ? tensors[0] : layers.concatenate({ name }).apply(tensors)

/** Sets where training begins: the linear path at the ridge regression, the quantiles where its errors have them. */
export async function beginAt(
  made: Model,
  { targets, window, horizon }: ForecastPreparation,
  linear: readonly Linear[],
  distances: Float32Array,
): Promise<void> {
  const weights = await made.getWeights()
  const set = (name: string, data: Float32Array) => {
    const place = made.weightNames.indexOf(name)
    weights[place] = { shape: weights[place].shape, data }
  }
  for (let index = 0; index < targets.length; index++) {
    const values = linear[index].weights
    set(`linear${index + 1}/kernel`, Float32Array.from(values.subarray(0, window * horizon)))
    set(`linear${index + 1}/bias`, Float32Array.from(values.subarray(window * horizon)))
  }
  set('distance/bias', distances)
  await made.setWeights(weights)
}
