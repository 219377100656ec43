import type { Json } from '../config/keras.ts'
import { loadDemanded } from '../config/onDemand.ts'
import { readKerasObject } from '../config/readKeras.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import { CarouselError, FileError } from '../errors.ts'
import { checkClassNames } from '../file/encodeModelFile.ts'
import type { ModelFile } from '../file/modelFile.ts'
import { dense } from '../layers/dense.ts'
import type { Layer } from '../layers/layer.ts'
import { lstm } from '../layers/lstm.ts'
import { loadCompiled } from '../training/objectives.ts'
import { writeSlots } from '../training/slots.ts'
import type { LoadOptions } from './load.ts'
import type { Model } from './model.ts'
import { type Classes, readModelJson } from './read.ts'
import { type ModelSource, readModelFile } from './source.ts'
import { checkTensors, readArithmetic } from './state.ts'

/** What `loadModel` does, loaded when a model is. */
export async function load(
  from: ModelSource,
  options: LoadOptions,
): Promise<Model<Float32Tensor | readonly Float32Tensor[]>> {
  const { name, file } = await readModelFile('loadModel', from)
  try {
    return await assemble(file, options)
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
  file: ModelFile,
  { engine }: LoadOptions,
): Promise<Model<Float32Tensor | readonly Float32Tensor[]>> {
  const { header, slots } = file
  const { model, compiled } = readModelJson(header.model, await classesFor(header.model), {
    seed: header.seed,
    engine,
  })
  await loadDemanded()
  const { network } = model
  if (!network) throw new FileError('its configuration tells no input shape')
  if (compiled) await loadCompiled(compiled)
  const { tensors, position, ...kept } = checkTensors(file, network, compiled)
  await model.setWeights(tensors)
  model.adopt(compiled, position, kept)
  if (position) await model.restoreSlots((session, names) => writeSlots(session, names, slots))
  checkClassNames(header.labels, network.outputs)
  model.labels = header.labels
  model.preparation = header.preparation
  model.provenance = header.provenance
  model.loadedArithmetic = readArithmetic(header.arithmetic)
  return model
}
