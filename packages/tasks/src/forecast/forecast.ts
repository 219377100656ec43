/**
 * Series of numbers, forecast several steps ahead at once: a linear forecast, and a recurrent layer that reads the last
 * values in patches and learns what the linear one leaves.
 */

import { callbacks, type Engine, type Model } from '@carousel/core'
import type { FileTask, Job } from '../job.ts'
import { count } from '../report/format.ts'
import { errorQuantiles, linearOf } from './baselines.ts'
import { type ForecastData, load, loadNew, preparationOf } from './load.ts'
import { beginAt, modelOf } from './model.ts'
import { type ForecastPreparation, isPreparation, prepare, wordsOf } from './preparation.ts'
import { score } from './score.ts'
import { areOwn, type ForecastSettings, settingsOf } from './settings.ts'
import {
  featuresOf,
  inputsAt,
  labelsAt,
  measuredOnes,
  originsIn,
  type Prepared,
  prepared,
} from './windows.ts'

export const forecast: FileTask<ForecastSettings, ForecastData> = {
  name: 'forecast',
  unit: ['window', 'windows'],
  settings: settingsOf,
  areOwn,
  remade: (model, settings) =>
    isPreparation(model.preparation) ? modelOf(model.preparation, settings) : undefined,
  load,
  loadNew,
  begin,
  resume: async (model, data, settings) =>
    jobOf(model, data, settings, prepared(data.series, preparationOf(model))),
  score: (model, data, signal) => score(model, data, preparationOf(model), signal),
  preparationInWords: (model) => wordsOf(preparationOf(model)),
}

async function begin(
  data: ForecastData,
  settings: ForecastSettings,
  engine?: Engine,
): Promise<Job<ForecastSettings>> {
  const preparation = prepare(data.series, data.roles, settings)
  const ready = prepared(data.series, preparation)
  const model = modelOf(preparation, settings, engine)
  const linear = linearOf(ready)
  const origins = originsIn(preparation, 0, preparation.parts.validation)
  await beginAt(model, preparation, linear, errorQuantiles(ready, linear, origins))
  return jobOf(model, data, settings, ready)
}

function jobOf(
  model: Model,
  data: ForecastData,
  settings: ForecastSettings,
  ready: Prepared,
): Job<ForecastSettings> {
  const { preparation } = ready
  const { window, horizon, targets, patch, parts } = preparation
  const origins = measuredOnes(ready, originsIn(preparation, 0, parts.validation)).slice(
    0,
    settings.limit ?? undefined,
  )
  const training = thinned(origins, preparation)
  const validation = thinned(
    measuredOnes(ready, originsIn(preparation, parts.validation, parts.test)),
    preparation,
  )
  return {
    task: 'forecast',
    model,
    settings,
    data,
    layersInWords: layersInWords(preparation, settings),
    inputInWords: `the last ${count(window)} values${patch > 1 ? ` in ${window / patch} patches of ${patch}` : ''}, for ${count(targets.length)} × ${count(horizon)} values ahead`,
    epochSamples: training.length,
    figures: ['pointLoss'],
    fit: (options) => {
      const [x, y] = samplesAt(ready, training)
      return model.fit(x, y, {
        ...options,
        batchSize: settings.batchSize,
        validationData: samplesAt(ready, validation),
        callbacks: [
          callbacks.earlyStopping({ monitor: 'valPointLoss', patience: 3, restoreBestWeights: true }),
          ...options.callbacks,
        ],
      })
    },
    score: (signal) => score(model, data, preparation, signal),
  }
}

/** Of very many windows as many, evenly, as a gigabyte holds. */
function thinned(origins: readonly number[], preparation: ForecastPreparation): readonly number[] {
  const { window, horizon, targets, quantiles } = preparation
  const numbers =
    window * (targets.length + featuresOf(preparation)) + horizon * targets.length * (1 + quantiles.length)
  const every = Math.ceil((origins.length * numbers) / (1 << 28))
  return origins.filter((_, index) => index % every === 0)
}

function samplesAt(ready: Prepared, origins: readonly number[]) {
  const { window, patch, horizon, targets } = ready.preparation
  const { histories, steps } = inputsAt(ready, origins)
  const rows = origins.length
  const labels = { shape: [rows, targets.length * horizon], data: labelsAt(ready, origins) }
  const patches = window / patch
  return [
    [
      ...histories.map((history) => ({ shape: [rows, window], data: history })),
      { shape: [rows, patches, steps.length / rows / patches], data: steps },
    ],
    { point: labels, quantiles: labels },
  ] as const
}

const cellNames = { lstm: 'LSTM', gru: 'GRU', rnn: 'SimpleRNN' }

function layersInWords(
  { targets, horizon, window }: ForecastPreparation,
  { cell, units, dropout }: ForecastSettings,
) {
  const outputs = count(targets.length * horizon)
  const dropped = dropout > 0 ? ` → Dropout(${dropout})` : ''
  return `${cellNames[cell]}(${units})${dropped} → Dense(${outputs}), added to ${targets.length} × Linear(${count(window)} → ${count(horizon)})`
}
