import type { Json } from '../config/keras.ts'
import { FileError } from '../errors.ts'
import { parseJson } from './json.ts'

// safetensors: 8 bytes little-endian length of the header; the header, JSON: tensor name → { dtype, shape,
// data_offsets: [begin, end] }, and `__metadata__`: texts by name; then the tensors' bytes, contiguous from 0.
// https://github.com/huggingface/safetensors

/** Float32 tensors by name, in order, and texts by name. */
export interface Contents {
  readonly tensors: ReadonlyMap<string, FileTensor>
  readonly metadata: Readonly<Record<string, string>>
}

export interface FileTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export const LENGTH_BYTES = 8
const LARGEST_HEADER = 100_000_000
const BYTES_PER_FLOAT = 4

/** The bytes of these numbers, little-endian float32 on every machine. */
export function floatBytes(data: Float32Array): Uint8Array {
  const bytes = new Uint8Array(data.length * BYTES_PER_FLOAT)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < data.length; i++) view.setFloat32(i * BYTES_PER_FLOAT, data[i], true)
  return bytes
}

/** Reads strictly: what is not exactly as the format says is refused. `name` is what errors call the file. */
export function decodeSafetensors(bytes: Uint8Array, name: string): Contents {
  const fail = (reason: string): never => {
    throw new FileError(`'${name}' is not a sound safetensors file: ${reason}`)
  }
  if (bytes.length < LENGTH_BYTES) fail(`it has ${bytes.length} bytes, too few for a header`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const declared = view.getBigUint64(0, true)
  if (declared > LARGEST_HEADER) fail(`its header claims ${declared} bytes, more than ${LARGEST_HEADER}`)
  const headerLength = Number(declared)
  const dataStart = LENGTH_BYTES + headerLength
  if (dataStart > bytes.length)
    fail(
      `its header claims ${headerLength} bytes, but only ${bytes.length - LENGTH_BYTES} follow (is it cut off?)`,
    )

  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart), fail)
  const { __metadata__: metadata, ...entries } = header
  const texts = readMetadata(metadata, fail)
  const tensors = new Map<string, FileTensor>()
  let end = 0
  for (const { key, shape, begin, stop } of readEntries(entries, fail)) {
    if (begin !== end)
      fail(`tensor '${key}' begins at byte ${begin}; expected ${end}, without gap or overlap`)
    if (dataStart + stop > bytes.length) fail(`tensor '${key}' ends beyond the file (is it cut off?)`)
    tensors.set(key, { shape, data: readFloats(view, dataStart + begin, (stop - begin) / BYTES_PER_FLOAT) })
    end = stop
  }
  if (dataStart + end !== bytes.length) fail(`${bytes.length - dataStart - end} bytes follow the last tensor`)
  return { tensors, metadata: texts }
}

type Fail = (reason: string) => never

interface Entry {
  readonly key: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly stop: number
}

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, Json> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return fail('its header is not valid UTF-8')
  }
  if (!text.startsWith('{')) fail(`its header does not begin with '{'`)
  const header = parseJson(text, fail)
  if (!isRecord(header)) return fail('its header is not an object')
  return header
}

function readMetadata(metadata: Json | undefined, fail: Fail): Record<string, string> {
  if (metadata === undefined) return {}
  if (!isRecord(metadata)) return fail(`'__metadata__' is not an object`)
  const texts: Record<string, string> = Object.create(null)
  for (const [key, text] of Object.entries(metadata)) {
    if (typeof text !== 'string') return fail(`'__metadata__' holds something that is no text under '${key}'`)
    texts[key] = text
  }
  return texts
}

/** Entries in the order of their bytes. */
function readEntries(entries: Record<string, Json>, fail: Fail): Entry[] {
  const found = Object.entries(entries).map(([key, entry]): Entry => {
    if (!isRecord(entry)) return fail(`the entry of tensor '${key}' is not an object`)
    const { dtype, shape, data_offsets: offsets, ...rest } = entry
    if (Object.keys(rest).length > 0)
      fail(`the entry of tensor '${key}' holds the unknown key '${Object.keys(rest)[0]}'`)
    if (dtype !== 'F32') fail(`tensor '${key}' has the type ${JSON.stringify(dtype)}; expected F32`)
    if (!isSizes(shape)) return fail(`tensor '${key}' has no proper shape`)
    if (!isSizes(offsets) || offsets.length !== 2 || offsets[1] < offsets[0])
      return fail(`tensor '${key}' has no proper data_offsets`)
    const size = shape.reduce((product, dim) => product * dim, BYTES_PER_FLOAT)
    const [begin, stop] = offsets
    if (!Number.isSafeInteger(size) || size !== stop - begin) {
      fail(`tensor '${key}' of shape [${shape}] needs ${size} bytes; its offsets span ${stop - begin}`)
    }
    return { key, shape, begin, stop }
  })
  return found.sort((a, b) => a.begin - b.begin || a.stop - b.stop)
}

/** Copies, so that alignment and the machine's byte order do not matter. */
function readFloats(view: DataView, at: number, length: number): Float32Array {
  const data = new Float32Array(length)
  for (let i = 0; i < length; i++) data[i] = view.getFloat32(at + i * BYTES_PER_FLOAT, true)
  return data
}

function isSizes(json: Json | undefined): json is number[] {
  return Array.isArray(json) && json.every((size) => Number.isSafeInteger(size) && Number(size) >= 0)
}

function isRecord(json: Json | undefined): json is Record<string, Json> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
