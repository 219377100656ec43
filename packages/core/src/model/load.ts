import { platform } from '#platform'
import { isObject, type Json, type JsonObject, readKerasObject } from '../config/keras.ts'
import { loadDemanded } from '../config/onDemand.ts'
import { checkOptions, show } from '../config/options.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import type { Arithmetic, Engine } from '../engines/engine.ts'
import { CarouselError, FileError } from '../errors.ts'
import { decodeModelFile, type ModelFile } from '../file/modelFile.ts'
import { dense } from '../layers/dense.ts'
import type { Layer } from '../layers/layer.ts'
import { lstm } from '../layers/lstm.ts'
import type { Network } from '../network/network.ts'
import { BatchWeights } from '../training/batchWeights.ts'
import { type FiguresState, RunningFigures } from '../training/figures.ts'
import { type Compiled, loadCompiled, type Objective, objectivesOf } from '../training/objectives.ts'
import type { Position } from '../training/position.ts'
import type { Model } from './model.ts'
import { isEngine } from './options.ts'
import { type Classes, readModelJson } from './read.ts'

export interface LoadOptions {
  /** What computes; the default engine if absent. */
  engine?: Engine
}

/**
 * Loads a model that `save` or `saveBytes` wrote. It predicts the same bits and goes on training with the same bits in
 * the same arithmetic. `P` is what its `predict` returns: a list where the model has a list of outputs. Throws a FileError for a file that is damaged, foreign, or of a newer format.
 */
export async function loadModel<P extends Float32Tensor | readonly Float32Tensor[] = Float32Tensor>(
  from: string | URL | Uint8Array,
  options: LoadOptions = {},
): Promise<Model<P>> {
  checkOptions({ where: 'loadModel', options: { engine: isEngine } }, options)
  const isBytes = from instanceof Uint8Array
  const name = isBytes ? 'these bytes' : String(from)
  const file = await decodeModelFile(isBytes ? from : await platform.readBytes(from), name)
  try {
    return (await assemble(file, options)) as Model<P>
  } catch (error) {
    if (!(error instanceof CarouselError)) throw error
    throw new FileError(`'${name}' holds a model that this version cannot load: ${error.message}`, {
      cause: error,
    })
  }
}

/** The seed job's. All are in `model/classes.ts`. */
const SEED_JOB: Classes = {
  layers: new Map<string, (options: never) => Layer>([
    ['Dense', dense],
    ['LSTM', lstm],
  ]),
}

/** The classes for a model's JSON: where it names others than the seed job's, all, downloaded now. */
async function classesFor(json: Json): Promise<Classes> {
  const { className, config } = readKerasObject('the model configuration', json)
  const layers = Array.isArray(config.layers) ? config.layers : []
  const others = layers
    .map((layer) => layer?.class_name)
    .filter((name) => name !== 'InputLayer' && !SEED_JOB.layers.has(name))
  const hasSchedule = JSON.stringify(json).includes('keras.optimizers.schedules')
  return others.length > 0 || hasSchedule || className !== 'Sequential'
    ? (await import('./classes.ts')).CLASSES
    : SEED_JOB
}

async function assemble(
  { header, weights, slots }: ModelFile,
  { engine }: LoadOptions,
): Promise<Model<Float32Tensor | readonly Float32Tensor[]>> {
  const { model, compiled } = readModelJson(header.model, await classesFor(header.model), {
    seed: header.seed,
    engine,
  })
  await loadDemanded()
  const { network } = model
  if (!network) throw new FileError('its configuration tells no input shape')
  if (compiled) await loadCompiled(compiled)
  const tensors = model.weightNames.map((path) => {
    const tensor = weights.get(path)
    if (!tensor) throw new FileError(`the weight '${path}' is missing`)
    return tensor
  })
  const position = header.position && readPosition(header.position, network, compiled)
  const known = new Set(model.weightNames)
  if (compiled && position) {
    for (const slot of compiled.optimizer.method.slots)
      for (const { path } of network.trainableVariables) known.add(`optimizer/${slot}/${path}`)
  }
  const unknown = [...weights.keys(), ...slots.keys()].find((path) => !known.has(path))
  if (unknown !== undefined) throw new FileError(`it holds a tensor '${unknown}' that the model has not`)
  await model.setWeights(tensors)
  model.adopt(compiled, position)
  if (position) await model.restoreSlots(slots)
  model.labels = header.labels
  model.preparation = header.preparation
  model.provenance = header.provenance
  model.loadedArithmetic = readArithmetic(header.arithmetic)
  return model
}

function readPosition(json: JsonObject, network: Network, compiled: Compiled | null): Position {
  if (!compiled) throw damaged('it goes with no compiled model')
  const { shuffle, figures } = json
  if (typeof shuffle !== 'boolean') throw damaged(`shuffle is ${show(shuffle)}`)
  return {
    epoch: wholeNumber(json, 'epoch', 0),
    batch: wholeNumber(json, 'batch', 0),
    step: wholeNumber(json, 'step', 0),
    batchSize: wholeNumber(json, 'batchSize', 1),
    shuffle,
    samples: wholeNumber(json, 'samples', 1),
    figures: figures === null ? null : readFigures(figures, objectivesOf(network, compiled)),
  }
}

/** Sums of an epoch that is under way; texts stand for numbers that JSON has not. */
function readFigures(json: Json | undefined, objectives: readonly Objective[]): FiguresState {
  const sums = isObject(json) && Array.isArray(json.sums) ? (json.sums as readonly Json[]) : []
  const isSum = (sum: Json) =>
    typeof sum === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(String(sum))
  if (sums.length === 0 || !sums.every((list) => Array.isArray(list) && list.every(isSum)))
    throw damaged(`figures are ${show(json)}`)
  const state = { sums: sums.map((list) => (list as readonly Json[]).map(Number)) }
  const figures = new RunningFigures(
    objectives.map(({ plan }) => plan),
    objectives.map(({ loss }) => new BatchWeights(loss, 0, null)),
    objectives.map(({ output }) => ({
      entries: 0,
      columns: Number(output.shape.at(-1) ?? 1),
      isMasked: false,
    })),
  )
  if (!figures.fits(state)) throw damaged(`figures are ${show(json)}`)
  return state
}

function wholeNumber(json: JsonObject, key: string, least: number): number {
  const value = json[key]
  if (!Number.isSafeInteger(value) || Number(value) < least) throw damaged(`${key} is ${show(value)}`)
  return Number(value)
}

function damaged(what: string): FileError {
  return new FileError(`its position in training is damaged: ${what}`)
}

function readArithmetic(text: string): Arithmetic {
  if (text === 'fused' || text === 'unfused' || text === 'float64') return text
  throw new FileError(`it was trained in an unknown arithmetic, '${text}'`)
}
