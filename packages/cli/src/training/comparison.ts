import type { Model } from '@carousel/core'
import { modelIn, stepsToTry } from '../files/model.ts'
import { flagOf } from '../options.ts'
import { type Made, madeBy } from '../recipes/index.ts'
import type { Compared } from '../report/comparison.ts'
import { type EngineOptions, openEngine } from '../runtime.ts'

/** What there is to compare of trained models. Their speed is measured here and now. */
export async function compareModels(files: readonly string[], options: EngineOptions): Promise<Compared[]> {
  const engine = openEngine({ ...options, threads: 1 })
  const compared: Compared[] = []
  for (const file of files) compared.push(await describe(file, await modelIn(file, engine)))
  return compared
}

async function describe(file: string, model: Model): Promise<Compared> {
  const made = madeBy(model)
  const origin = made?.origin
  return {
    model: file,
    task: origin?.task ?? null,
    data: origin?.data.name ?? null,
    cell: origin?.options.cell ?? null,
    units: origin?.options.units ?? null,
    parameters: model.countParams(),
    epochs: model.position?.epoch ?? 0,
    seconds: origin?.history.reduce((sum, { seconds }) => sum + seconds, 0) ?? null,
    metrics: origin?.measured?.metrics ?? {},
    predictionsPerSecond: await speedOf(model),
    measuredOn: made ? measuredOn(made, model) : null,
  }
}

function measuredOn({ recipe, origin }: Made, model: Model): string {
  const { task, data, options } = origin
  const told = Object.entries(recipe.task.measuredBy(options, model))
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${flagOf(name)} ${value}`)
  const sum = data.sha256[0]?.slice(0, 8) ?? ''
  return [`${task} on ${data.name} ${sum}`.trim(), ...told].join(' ')
}

/** Predictions a second, over as many as fit into a moment, the first few apart. */
async function speedOf(model: Model, milliseconds = 300): Promise<number | null> {
  if (!model.inputShape) return null
  const sample = sampleOf(model)
  for (let i = 0; i < 3; i++) await model.predict(sample)
  const began = performance.now()
  let count = 0
  for (; performance.now() - began < milliseconds; count++) await model.predict(sample)
  return (count / (performance.now() - began)) * 1000
}

/** A sample of zeros; of several inputs, by name. */
function sampleOf(model: Model) {
  const zeros = (inner: readonly (number | null)[]) => {
    const shape = inner.map((size) => size ?? stepsToTry)
    return { shape: [1, ...shape], data: new Float32Array(shape.reduce((size, dim) => size * dim, 1)) }
  }
  const layers = model.getConfig().layers as unknown as readonly Partial<InputLayer>[]
  const inputs = layers.filter((layer): layer is InputLayer => layer.class_name === 'InputLayer')
  if (inputs.length < 2) return zeros(model.inputShape ?? [])
  return Object.fromEntries(inputs.map(({ name, config }) => [name, zeros(config.batch_shape.slice(1))]))
}

/** In Keras's configuration. */
interface InputLayer {
  class_name: 'InputLayer'
  name: string
  config: { batch_shape: readonly (number | null)[] }
}
