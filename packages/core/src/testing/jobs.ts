import type { Json, JsonObject } from '../config/keras.ts'
import { sliceRows } from '../data/tensor.ts'
import type { Engine } from '../engines/engine.ts'
import { CLASSES } from '../model/classes.ts'
import { readModelJson } from '../model/read.ts'
import { Sequential } from '../model/sequential.ts'
import { Network, nameLayers } from '../network/network.ts'
import { BATCH } from '../program/program.ts'
import { predictionShapes } from '../training/inputs.ts'
import { prepareLabels } from '../training/labels.ts'
import { loadCompiled, objectivesOf } from '../training/objectives.ts'
import { gradientProgram } from '../training/programs.ts'
import { Session } from '../training/session.ts'
import { type GoldenTensor, tensorOf } from './golden.ts'

/** What Keras was asked to do, in its own words; done here by our means. */
export interface Job {
  readonly inputShape: readonly number[]
  readonly layers: readonly JsonObject[]
  readonly loss: Json
  readonly optimizer?: Json
  readonly metrics?: readonly string[]
  readonly weights: Readonly<Record<string, GoldenTensor>>
  readonly x: GoldenTensor
  readonly y: GoldenTensor
  readonly batchSize?: number
  readonly epochs?: number
  readonly gradientRows?: number
}

/** Layers and what `compile` takes, out of Keras's JSON. */
function parts({ inputShape, layers, optimizer = 'sgd', loss, metrics = [] }: Job) {
  const { model, compiled } = readModelJson(
    {
      class_name: 'Sequential',
      config: { name: 'job', layers, build_input_shape: [null, ...inputShape] },
      compile_config: { optimizer, loss, metrics },
    },
    CLASSES,
  )
  if (!compiled) throw new Error('a job names a loss')
  return { layers: model.layers, compiled }
}

/** The job's model, compiled, with the job's weights. */
export async function modelOf(job: Job, engine: Engine): Promise<Sequential> {
  const { layers, compiled } = parts(job)
  const model = new Sequential(layers, { seed: 1, engine })
  model.build(job.inputShape)
  model.adopt(compiled, null)
  await model.setWeights(model.weightNames.map((name) => tensorOf(job.weights[name])))
  return model
}

/** Loss and gradients of the job's first rows as one batch. */
export async function gradientsOf(job: Job, engine: Engine) {
  const { layers, compiled } = parts(job)
  const network = Network.chain(layers, nameLayers(layers), job.inputShape)
  const session = await Session.open(network, engine, 1)
  for (const variable of network.variables)
    await session.write(variable, Float32Array.from(job.weights[variable.path].data))
  const rows = job.gradientRows ?? job.x.shape[0]
  const x = sliceRows(tensorOf(job.x), 0, rows)
  const [predictions] = predictionShapes(network, [x])
  await loadCompiled(compiled)
  const objectives = objectivesOf(network, compiled)
  const y = prepareLabels(
    sliceRows(tensorOf(job.y), 0, rows),
    predictions,
    objectives[0].loss ?? { labels: 'values' },
  )
  const entries = predictions.slice(0, -1).reduce((product, dim) => product * dim, 1)

  const program = gradientProgram(network, objectives)
  const executable = await session.machine.load(program, { [BATCH]: rows })
  const sizes = new Map([
    ['x', x.data.length],
    ...network.parameters.map(({ name, size }) => [name, size] as const),
  ])
  const fetches: Record<string, Float32Array> = { loss: new Float32Array(entries) }
  for (const [name, size] of sizes)
    if (`d ${name}` in program.outputs) fetches[`d ${name}`] = new Float32Array(size)
  const feeds = {
    x: { data: x.data },
    y: { data: y.data },
    lossWeight: { data: new Float32Array(entries).fill(1 / entries) },
    generator: { data: Int32Array.of(1, 0, 1, 0) },
  }
  await executable.run({ [BATCH]: rows }, feeds, fetches)

  const weights: Record<string, number[]> = {}
  for (const { path, parameters } of network.variables)
    weights[path] = parameters.flatMap(({ name }) => [...fetches[`d ${name}`]])
  return {
    loss: fetches.loss.reduce((sum, value) => sum + value, 0) / entries,
    weights,
    input: fetches['d x'],
  }
}
