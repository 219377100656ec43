import { platform } from '#platform'
import { isObject, type JsonObject } from '../config/keras.ts'
import type { Arithmetic, Engine } from '../engines/engine.ts'
import { CarouselError, FileError } from '../errors.ts'
import { decodeModelFile, type ModelFile } from '../file/modelFile.ts'
import type { Position } from '../training/fit.ts'
import { readModelJson } from './config.ts'
import { Sequential } from './sequential.ts'

export interface LoadOptions {
  /** What computes; the default engine if absent. */
  engine?: Engine
}

/**
 * Loads a model that `save` or `saveBytes` wrote. It predicts the same bits and goes on training with the same bits in
 * the same arithmetic. Throws a FileError for a file that is damaged, foreign, or of a newer format.
 */
export async function loadModel(
  from: string | URL | Uint8Array,
  options: LoadOptions = {},
): Promise<Sequential> {
  const isBytes = from instanceof Uint8Array
  const name = isBytes ? 'these bytes' : String(from)
  const file = await decodeModelFile(isBytes ? from : await platform.readBytes(from), name)
  try {
    return await assemble(file, options)
  } catch (error) {
    if (!(error instanceof CarouselError) || error instanceof FileError) throw error
    throw new FileError(`'${name}' holds a model that this version cannot load: ${error.message}`, {
      cause: error,
    })
  }
}

async function assemble({ header, weights, slots }: ModelFile, { engine }: LoadOptions): Promise<Sequential> {
  const { name, layers, inputShape, compiled } = readModelJson(header.model)
  const model = new Sequential(layers, { name, seed: header.seed, engine })
  if (!inputShape) throw new FileError('its configuration tells no input shape')
  if (!model.inputShape) model.build(inputShape)
  const tensors = model.weightNames.map((path) => {
    const tensor = weights.get(path)
    if (!tensor) throw new FileError(`the weight '${path}' is missing`)
    return tensor
  })
  const unknown = [...weights.keys()].find((path) => !model.weightNames.includes(path))
  if (unknown !== undefined) throw new FileError(`it holds a tensor '${unknown}' that the model has not`)
  await model.setWeights(tensors)
  const position = header.position && readPosition(header.position)
  model.adopt(compiled, position)
  if (compiled && position) await model.restoreSlots(slots)
  model.labels = header.labels
  model.preparation = header.preparation
  model.provenance = header.provenance
  model.loadedArithmetic = readArithmetic(header.arithmetic)
  return model
}

function readPosition(json: JsonObject): Position {
  const count = (key: string): number => {
    const value = json[key]
    if (!Number.isSafeInteger(value) || Number(value) < 0)
      throw new FileError(`its position in training is damaged: ${key} is ${value}`)
    return Number(value)
  }
  const { figures } = json
  if (figures !== null && !(isObject(figures) && Array.isArray(figures.sums)))
    throw new FileError('its position in training is damaged: figures')
  return {
    epoch: count('epoch'),
    batch: count('batch'),
    step: count('step'),
    batchSize: count('batchSize'),
    samples: count('samples'),
    shuffle: json.shuffle === true,
    figures: figures && { sums: (figures.sums as number[]).map(Number), count: Number(figures.count) },
  }
}

function readArithmetic(text: string): Arithmetic {
  if (text === 'fused' || text === 'unfused' || text === 'float64') return text
  throw new FileError(`it was trained in an unknown arithmetic, '${text}'`)
}
