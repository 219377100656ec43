import type { Json } from '../config/keras.ts'
import { type Contents, floatBytes, LENGTH_BYTES } from './safetensors.ts'

/** The file's bytes; the tensors' begin at a multiple of 8. */
export function encodeSafetensors({ tensors, metadata }: Contents): Uint8Array {
  const header: Record<string, Json> = { __metadata__: metadata }
  let end = 0
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] }
    end += data.byteLength
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const padding = (8 - (json.length % 8)) % 8
  const dataStart = LENGTH_BYTES + json.length + padding
  const bytes = new Uint8Array(dataStart + end)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(json.length + padding), true)
  bytes.set(json, LENGTH_BYTES)
  bytes.fill(0x20, LENGTH_BYTES + json.length, dataStart)
  let at = dataStart
  for (const { data } of tensors.values()) {
    bytes.set(floatBytes(data), at)
    at += data.byteLength
  }
  return bytes
}
