import type { Model } from '@carousel/core'
import { joined } from '../bytes.ts'
import { TaskError } from '../errors.ts'
import { formatOf, isWav, TELLING } from './formats.ts'
import { type Heard, type Listener, type ListenerOptions, listener } from './listener.ts'
import { preparationOf } from './preparation.ts'
import { type Sound, wavReader } from './wav.ts'

/**
 * Listens to bytes as they come: a WAV file, or else samples of 16 bits, the lower byte first, of one channel.
 *
 * @param options the rate is that of bare samples (default: as the model has it); a WAV file says its own
 * @throws TaskError where the bytes look like a file of another format, and no rate says that they are bare samples
 */
export async function* listenTo(
  model: Model,
  source: AsyncIterable<Uint8Array>,
  options: ListenerOptions = {},
): AsyncIterable<Heard[]> {
  let read: Reader | undefined
  let ear: Listener | undefined
  const hear = async (bytes: Uint8Array): Promise<Heard[]> => {
    read ??= readerOf(bytes, options.rate, preparationOf(model).features.rate)
    const { rate, samples } = read(bytes)
    if (samples.length === 0) return []
    ear ??= await listener(model, { ...options, rate })
    return ear.push(samples)
  }
  let held: Uint8Array = new Uint8Array(0)
  for await (const piece of source) {
    held = joined([held, piece])
    if (!read && held.length < TELLING) continue
    yield await hear(held)
    held = new Uint8Array(0)
  }
  if (held.length > 0) yield await hear(held)
  const last = ear as Listener | undefined
  if (last) yield last.flush()
}

/** Takes bytes as they come, and gives what whole samples there are. */
type Reader = (bytes: Uint8Array) => Sound

/** By how the bytes begin. */
function readerOf(beginning: Uint8Array, rate: number | undefined, usual: number): Reader {
  if (isWav(beginning)) return wavReader('stdin')
  const other = rate === undefined ? formatOf(beginning) : undefined
  if (other === undefined) return bareReader(rate ?? usual)
  throw new TaskError(
    `stdin: expected a WAV file, or bare samples of 16 bits, received ${other}. Convert it to WAV; if it is bare samples none the less, say how many a second: --rate ${usual}.`,
  )
}

function bareReader(rate: number): Reader {
  let odd: Uint8Array = new Uint8Array(0)
  return (bytes) => {
    const whole = joined([odd, bytes])
    const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength)
    odd = whole.slice(whole.length - (whole.length % 2))
    const samples = Float32Array.from(
      { length: whole.length >> 1 },
      (_, at) => view.getInt16(2 * at, true) / 32768,
    )
    return { rate, samples }
  }
}
