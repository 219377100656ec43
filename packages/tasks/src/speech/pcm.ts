import type { Model } from '@carousel/core'
import { joined } from '../bytes.ts'
import { type Heard, type ListenerOptions, listener } from './listener.ts'
import { preparationOf } from './predict.ts'
import { type Sound, wavReader } from './wav.ts'

/**
 * Listens to bytes as they come: a WAV file, or else samples of 16 bits, the lower byte first, of one channel.
 *
 * @param options the rate is that of bare samples (default: as the model has it); a WAV file says its own
 */
export async function* listenTo(
  model: Model,
  source: AsyncIterable<Uint8Array>,
  options: ListenerOptions = {},
): AsyncIterable<Heard[]> {
  let read: Reader | undefined
  let ear: Awaited<ReturnType<typeof listener>> | undefined
  let held: Uint8Array = new Uint8Array(0)
  for await (const piece of source) {
    held = joined([held, piece])
    if (!read && held.length < 4) continue
    read ??= isWav(held) ? wavReader('stdin') : bareReader(options.rate ?? preparationOf(model).features.rate)
    const { rate, samples } = read(held)
    held = new Uint8Array(0)
    if (samples.length === 0) continue
    ear ??= await listener(model, { ...options, rate })
    yield ear.push(samples)
  }
  if (ear) yield ear.flush()
}

/** Takes bytes as they come, and gives what whole samples there are. */
type Reader = (bytes: Uint8Array) => Sound

const isWav = (bytes: Uint8Array): boolean => String.fromCharCode(...bytes.subarray(0, 4)) === 'RIFF'

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
