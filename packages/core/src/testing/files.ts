import { createHash } from 'node:crypto'
import { isObject, type Json, type JsonObject } from '../config/keras.ts'
import { encodeSafetensors } from '../file/encodeSafetensors.ts'
import { type Contents, decodeSafetensors } from '../file/safetensors.ts'

/** The JSON text that describes the model in a file. */
export function descriptionOf(bytes: Uint8Array): JsonObject {
  const json: Json = JSON.parse(decodeSafetensors(bytes, 'the file').metadata.carousel)
  if (!isObject(json)) throw new Error('the description is an object')
  return json
}

/** The file with another description, an object or a text in its place, and the checksum that goes with it. */
export function withDescription(bytes: Uint8Array, json: Json | string): Uint8Array {
  const carousel = typeof json === 'string' ? json : JSON.stringify(json)
  const carouselSha256 = createHash('sha256').update(carousel).digest('hex')
  return withContents(bytes, ({ tensors, metadata }) => ({
    tensors,
    metadata: { ...metadata, carousel, carouselSha256 },
  }))
}

/** The file with other contents, as sound as before. */
export function withContents(bytes: Uint8Array, change: (contents: Contents) => Contents): Uint8Array {
  return encodeSafetensors(change(decodeSafetensors(bytes, 'the file')))
}

/** A copy of some JSON with other values at these paths, `model.config.layers.1.class_name`; undefined removes. */
export function patched(json: JsonObject, values: Readonly<Record<string, Json | undefined>>): JsonObject {
  const copy = structuredClone(json)
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    let place: Record<string, Json> = copy as Record<string, Json>
    for (const key of keys) place = place[key] as Record<string, Json>
    if (value === undefined) delete place[last]
    else place[last] = value
  }
  return copy
}
