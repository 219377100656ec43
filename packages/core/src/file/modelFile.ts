import { isObject, type Json, type JsonObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import { FileError } from '../errors.ts'
import { parseJson } from './json.ts'
import { type Contents, decodeSafetensors, type FileTensor, floatBytes } from './safetensors.ts'
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

export const KEY = 'carousel'
/** Raised when an older reader would misunderstand the file. */
export const FORMAT_VERSION = 1
/** SHA-256 of the text under KEY. */
export const CHECKSUM_KEY = 'carouselSha256'
const SLOT_PREFIX = 'optimizer/'

/** SHA-256 over all bytes, in order. */
export function weightsSha256(tensors: ReadonlyMap<string, FileTensor>): Promise<string | null> {
  return sha256([...tensors.values()].map(({ data }) => floatBytes(data)))
}

/** Reads and checks a file; `name` is what errors call it. */
export async function decodeModelFile(bytes: Uint8Array, name: string): Promise<ModelFile> {
  const contents = decodeSafetensors(bytes, name)
  const json = await readHeader(contents, name)
  const entries = [...contents.tensors]
  const weights = new Map(entries.filter(([key]) => !key.startsWith(SLOT_PREFIX)))
  const slots = new Map(entries.filter(([key]) => key.startsWith(SLOT_PREFIX)))
  await check(weights, json.weightsSha256, name, 'weights')
  await check(slots, json.slotsSha256, name, "optimizer's state")
  const {
    model,
    seed,
    arithmetic,
    position = null,
    labels = null,
    preparation = null,
    provenance = null,
  } = json
  const damaged = (what: string) => new FileError(`'${name}' is damaged: its description ${what}`)
  if (!isObject(model)) throw damaged(`has no model`)
  if (!Number.isSafeInteger(seed) || Number(seed) < 0) throw damaged(`has the seed ${show(seed)}`)
  if (typeof arithmetic !== 'string') throw damaged(`has no arithmetic`)
  if (position !== null && !isObject(position)) throw damaged(`has the position ${show(position)}`)
  if (labels !== null && !isTexts(labels)) throw damaged(`has labels that are not texts: ${show(labels)}`)
  const header = {
    model,
    seed: Number(seed),
    arithmetic,
    position,
    labels,
    preparation,
    provenance,
  }
  return { weights, slots, header }
}

async function readHeader({ metadata }: Contents, name: string): Promise<JsonObject> {
  const text = metadata[KEY]
  if (text === undefined) {
    throw new FileError(
      `'${name}' is a safetensors file, but holds no model of this library (its metadata lack '${KEY}'). Bare weights go into a model by setWeights().`,
    )
  }
  const json = parseJson(text, (reason) => {
    throw new FileError(`'${name}' is damaged: ${reason}`)
  })
  const { formatVersion } = isObject(json) ? json : {}
  if (!isObject(json) || !Number.isSafeInteger(formatVersion) || Number(formatVersion) < 1)
    throw new FileError(
      `'${name}' is damaged: its description has no format version (a whole number from 1): ${show(formatVersion)}`,
    )
  if (Number(formatVersion) > FORMAT_VERSION) {
    throw new FileError(
      `'${name}' has the format version ${formatVersion}; this version of Carousel reads up to ${FORMAT_VERSION}. Update Carousel.`,
    )
  }
  // absent where it was written without SHA-256 at hand
  const checksum = metadata[CHECKSUM_KEY]
  const found = checksum === undefined ? null : await sha256([new TextEncoder().encode(text)])
  if (found !== null && found !== checksum)
    throw new FileError(
      `'${name}' is damaged: the SHA-256 of its description is ${found}, expected ${checksum}`,
    )
  return json
}

/** Texts that can be shown: a terminal obeys control characters. */
export function isTexts(json: unknown): json is string[] {
  return Array.isArray(json) && json.every((text) => typeof text === 'string' && !/\p{Cc}/u.test(text))
}

async function check(
  tensors: ReadonlyMap<string, FileTensor>,
  expected: Json | undefined,
  name: string,
  what: string,
): Promise<void> {
  const damaged = `'${name}' is damaged: the SHA-256 of its ${what} is`

  // null: written where no SHA-256 was to be had
  if (expected === null) return
  if (typeof expected !== 'string') throw new FileError(`${damaged} not told`)
  const found = await weightsSha256(tensors)
  if (found !== null && found !== expected) throw new FileError(`${damaged} ${found}, expected ${expected}`)
}
