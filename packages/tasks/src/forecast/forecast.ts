/**
 * Series of numbers, forecast several steps ahead at once: a linear forecast, and a recurrent layer that reads the last
 * values in patches and learns what the linear one leaves.
 */

import { callbacks, type Engine, type History, type Model } from '@carousel/core'
import { TaskError } from '../errors.ts'
import type { FileTask, Job, SharedFit } from '../job.ts'
import { originOf } from '../provenance.ts'
import { count } from '../report/format.ts'
import { cellNames } from '../settings.ts'
import { errorQuantiles, linearOf } from './baselines.ts'
import { type ForecastData, load, loadNew } from './load.ts'
import { beginAt, modelOf } from './model.ts'
import {
  type ForecastPreparation,
  isForecastPreparation,
  preparationFor,
  preparationInWords,
  preparationOf,
} from './preparation.ts'
import { score } from './score.ts'
import { areOwn, type ForecastSettings, settingsOf } from './settings.ts'
import {
  featuresOf,
  inputsAt,
  labelsAt,
  mostlyKnown,
  originsIn,
  type Standardised,
  standardised,
} from './windows.ts'

export const forecast: FileTask<ForecastSettings, ForecastData> = {
  name: 'forecast',
  unit: ['window', 'windows'],
  settings: settingsOf,
  areOwn,
  remade: (model, settings) =>
    isForecastPreparation(model.preparation) ? modelOf(model.preparation, settings) : undefined,
  load,
  loadNew,
  begin,
  resume,
  score,
  measuredBy({ horizon, split }, model) {
    const { targets, season } = preparationOf(model)
    return { target: targets, horizon, season, split }
  },
  preparationInWords: (model) => preparationInWords(preparationOf(model)),
}

async function begin(
  data: ForecastData,
  settings: ForecastSettings,
  engine?: Engine,
): Promise<Job<ForecastSettings>> {
  const preparation = preparationFor(data, settings)
  const ready = standardised(data.series, preparation)
  const model = modelOf(preparation, settings, engine)
  const linear = linearOf(ready)
  const origins = originsIn(preparation, 0, preparation.parts.validation)
  await beginAt(model, preparation, linear, errorQuantiles(ready, linear, origins))
  return jobOf(model, data, settings, ready)
}

/** Where the validation had ended a training, it goes on only if more epochs are asked for than before. */
async function resume(
  model: Model,
  data: ForecastData,
  settings: ForecastSettings,
): Promise<Job<ForecastSettings>> {
  const ready = standardised(data.series, preparationOf(model))
  if (!hasStopped(model)) return jobOf(model, data, settings, ready)
  const before = originOf(forecast, model)?.options.epochs ?? 0
  if (settings.epochs > before) return jobOf(model, data, settings, ready, 'anew')
  const note = `Training had ended after epoch ${model.position?.epoch}, as the validation part no longer got better: with more --epochs it goes on.`
  return { ...jobOf(model, { ...data, notes: [...data.notes, note] }, settings, ready), isDone: true }
}

/** What decides when training ends: the error of the forecasts of the validation part. */
const MONITOR = 'valPointLoss'
/** Epochs in which it may get no better. */
const PATIENCE = 3

/** Whether a training was ended for that, as its file has it. */
const hasStopped = ({ position }: Model): boolean =>
  Number(position?.callbacks?.EarlyStopping?.wait) >= PATIENCE

/** Whether epochs without improvement are counted on from where the model stands, or anew. */
type Wait = 'on' | 'anew'

function jobOf(
  model: Model,
  data: ForecastData,
  settings: ForecastSettings,
  ready: Standardised,
  wait: Wait = 'on',
): Job<ForecastSettings> {
  const { preparation } = ready
  const { window, horizon, targets, patch, parts } = preparation
  const windowsIn = (from: number, to: number) => mostlyKnown(ready, originsIn(preparation, from, to))
  const training = thinned(windowsIn(0, parts.validation).slice(0, settings.limit ?? undefined), preparation)
  const validation = thinned(windowsIn(parts.validation, parts.test), preparation)
  if (training.length === 0) throw unknownPart(data, 'trained on', 0, parts.validation)
  if (validation.length === 0) throw unknownPart(data, 'validated on', parts.validation, parts.test)
  return {
    task: 'forecast',
    model,
    settings,
    data,
    layersInWords: layersInWords(preparation, settings),
    inputInWords: `the last ${count(window)} values${patch > 1 ? ` in ${window / patch} patches of ${patch}` : ''}, for ${count(targets.length)} × ${count(horizon)} values ahead`,
    epochSamples: training.length,
    endsEarly: `the validation part had not got better for ${PATIENCE} epochs; the model is as it was after its best one`,
    figures: ['pointLoss'],
    fit: (options) =>
      fit(model, ready, { training, validation, batchSize: settings.batchSize, wait }, options),
    score: (signal) => score(model, data, signal),
  }
}

const unknownPart = ({ series }: ForecastData, use: string, from: number, to: number) =>
  new TaskError(
    `${series.name}: expected numbers to forecast in rows ${count(from + 1)} to ${count(to)}, which are ${use}, received none, or too few. Split otherwise (--split), or leave out the rows where they are missing.`,
  )

interface Fit {
  /** Rows that forecasts begin at. */
  training: readonly number[]
  validation: readonly number[]
  batchSize: number
  wait: Wait
}

function fit(
  model: Model,
  ready: Standardised,
  { training, validation, batchSize, wait }: Fit,
  options: SharedFit,
): Promise<History> {
  const [x, y] = samplesAt(ready, training)
  const stopping = callbacks.earlyStopping({ monitor: MONITOR, patience: PATIENCE, restoreBestWeights: true })
  const begin = {
    onTrainBegin() {
      if (wait === 'anew') stopping.wait = 0
    },
  }
  return model.fit(x, y, {
    ...options,
    batchSize,
    validationData: samplesAt(ready, validation),
    callbacks: [stopping, begin, ...options.callbacks],
  })
}

/** Of very many windows as many, evenly, as a gigabyte holds. */
function thinned(origins: readonly number[], preparation: ForecastPreparation): readonly number[] {
  const { window, horizon, targets, quantiles } = preparation
  const numbers =
    window * (targets.length + featuresOf(preparation)) + horizon * targets.length * (1 + quantiles.length)
  const every = Math.ceil((origins.length * numbers) / (1 << 28))
  return origins.filter((_, index) => index % every === 0)
}

function samplesAt(ready: Standardised, origins: readonly number[]) {
  const { horizon, targets } = ready.preparation
  const labels = { shape: [origins.length, targets.length * horizon], data: labelsAt(ready, origins) }
  return [inputsAt(ready, origins), { point: labels, quantiles: labels }] as const
}

function layersInWords(
  { targets, horizon, window }: ForecastPreparation,
  { cell, units, dropout }: ForecastSettings,
) {
  const outputs = count(targets.length * horizon)
  const dropped = dropout > 0 ? ` → Dropout(${dropout})` : ''
  return `${cellNames[cell]}(${units})${dropped} → Dense(${outputs}), added to ${targets.length} × Linear(${count(window)} → ${count(horizon)})`
}
