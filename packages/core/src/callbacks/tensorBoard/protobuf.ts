/** A message of Protocol Buffers: its fields in order. What TensorBoard's files need of the format, and no more. */
export type Message = readonly Uint8Array[]

/** Wire types of fields. */
const VARINT = 0
const FIXED_64 = 1
const BYTES = 2
const FIXED_32 = 5

/** A whole number of at least 0; up to 2^53 - 1. */
export function varint(field: number, value: number): Uint8Array {
  return Uint8Array.from([...digits(field * 8 + VARINT), ...digits(value)])
}

export function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9)
  bytes[0] = field * 8 + FIXED_64
  new DataView(bytes.buffer).setFloat64(1, value, true)
  return bytes
}

export function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5)
  bytes[0] = field * 8 + FIXED_32
  new DataView(bytes.buffer).setFloat32(1, value, true)
  return bytes
}

/** A text, or a message in the message. */
export function bytes(field: number, content: string | Message): Uint8Array {
  const body = typeof content === 'string' ? new TextEncoder().encode(content) : join(content)
  return join([Uint8Array.from([...digits(field * 8 + BYTES), ...digits(body.length)]), body])
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function digits(value: number): number[] {
  const found: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) found.push((rest % 128) + 128)
  return [...found, rest]
}
