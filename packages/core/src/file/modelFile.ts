import { isObject, type Json, type JsonObject } from '../config/keras.ts'
import { FileError } from '../errors.ts'
import { parseJson } from './json.ts'
import {
  type Contents,
  decodeSafetensors,
  encodeSafetensors,
  type FileTensor,
  floatBytes,
} from './safetensors.ts'
import { sha256 } from './sha256.ts'

/**
 * One model in one safetensors file. Weights are tensors named `<layer>/<weight>` in Keras's shapes and order, the
 * optimizer's slots follow as `optimizer/<slot>/<layer>/<weight>`. All else is one JSON text in the metadata, under
 * 'carousel'.
 */
export interface ModelFile {
  readonly weights: ReadonlyMap<string, FileTensor>
  readonly slots: ReadonlyMap<string, FileTensor>
  readonly header: ModelHeader
}

export type ModelHeader = {
  /** Keras's JSON of the model, with compile_config if it is compiled. */
  readonly model: JsonObject
  readonly seed: number
  /** Of the engine that the weights come from: 'fused', 'unfused' or 'float64'. */
  readonly arithmetic: string
  /** Where training stands; null before it began. */
  readonly position: JsonObject | null
  readonly labels: readonly string[] | null
  readonly preparation: Json
  readonly provenance: Json
}

const KEY = 'carousel'
/** Raised when an older reader would misunderstand the file. */
const FORMAT_VERSION = 1
const SLOT_PREFIX = 'optimizer/'

export async function encodeModelFile({ weights, slots, header }: ModelFile): Promise<Uint8Array> {
  const json = {
    formatVersion: FORMAT_VERSION,
    weightsSha256: await weightsSha256(weights),
    slotsSha256: slots.size > 0 ? await weightsSha256(slots) : null,
    ...header,
  }
  return encodeSafetensors({
    tensors: new Map([...weights, ...slots]),
    metadata: { [KEY]: JSON.stringify(json) },
  })
}

/** SHA-256 over all bytes, in order. */
export function weightsSha256(tensors: ReadonlyMap<string, FileTensor>): Promise<string | null> {
  return sha256([...tensors.values()].map(({ data }) => floatBytes(data)))
}

/** Reads and checks a file; `name` is what errors call it. */
export async function decodeModelFile(bytes: Uint8Array, name: string): Promise<ModelFile> {
  const contents = decodeSafetensors(bytes, name)
  const json = readHeader(contents, name)
  const entries = [...contents.tensors]
  const weights = new Map(entries.filter(([key]) => !key.startsWith(SLOT_PREFIX)))
  const slots = new Map(entries.filter(([key]) => key.startsWith(SLOT_PREFIX)))
  await check(weights, json.weightsSha256, `the weights of '${name}'`)
  await check(slots, json.slotsSha256, `the optimizer's state in '${name}'`)
  const {
    model,
    seed,
    arithmetic,
    position = null,
    labels = null,
    preparation = null,
    provenance = null,
  } = json
  if (!isObject(model) || !Number.isSafeInteger(seed) || Number(seed) < 0 || typeof arithmetic !== 'string') {
    throw new FileError(`'${name}' is damaged: its description lacks model, seed or arithmetic`)
  }
  const header = {
    model,
    seed: Number(seed),
    arithmetic,
    position: isObject(position) ? position : null,
    labels: Array.isArray(labels) ? labels.map(String) : null,
    preparation,
    provenance,
  }
  return { weights, slots, header }
}

function readHeader({ metadata }: Contents, name: string): JsonObject {
  const text = metadata[KEY]
  if (text === undefined) {
    throw new FileError(
      `'${name}' is a safetensors file, but holds no model of this library (its metadata lack '${KEY}'). Bare weights go into a model by setWeights().`,
    )
  }
  const json = parseJson(text, (reason) => {
    throw new FileError(`'${name}' is damaged: ${reason}`)
  })
  if (!isObject(json) || typeof json.formatVersion !== 'number')
    throw new FileError(`'${name}' is damaged: its description has no format version`)
  if (json.formatVersion > FORMAT_VERSION) {
    throw new FileError(
      `'${name}' has the format version ${json.formatVersion}; this version of Carousel reads up to ${FORMAT_VERSION}. Update Carousel.`,
    )
  }
  return json
}

async function check(
  tensors: ReadonlyMap<string, FileTensor>,
  expected: Json | undefined,
  what: string,
): Promise<void> {
  if (typeof expected !== 'string') return
  const found = await weightsSha256(tensors)
  if (found !== null && found !== expected)
    throw new FileError(`${what} are damaged: their SHA-256 is ${found}, expected ${expected}`)
}
