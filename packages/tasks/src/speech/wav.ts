import decode from '@audio/decode-wav'
import { TaskError } from '../errors.ts'

/** Sound of one channel. */
export interface Sound {
  /** Samples a second. */
  rate: number
  /** From −1 to 1. */
  samples: Float32Array
}

/**
 * A WAV file's sound: integers of 8, 16, 24 or 32 bits, floats, and what telephones use; several channels are averaged.
 *
 * @throws TaskError where it is not a WAV file, is cut off, or holds no sound
 */
export function readWav(bytes: Uint8Array, name: string): Sound {
  const { channelData, sampleRate } = decoded(essence(bytes, name), name)
  const length = channelData[0]?.length ?? 0
  if (length === 0 || !(sampleRate > 0)) {
    throw new TaskError(`${name}: expected a WAV file with sound in it, received one of no samples.`)
  }
  const sound = { rate: sampleRate, samples: averageOf(channelData) }
  const broken = sound.samples.findIndex((value) => !Number.isFinite(value))
  if (broken >= 0) {
    throw new TaskError(
      `${name}: expected finite samples, received ${sound.samples[broken]} at sample ${broken + 1}. Write the file anew.`,
    )
  }
  return sound
}

/**
 * Loud enough to hear anything in? One step of 16 bits is 3 · 10⁻⁵; a microphone that is switched off is not silent, but
 * hardly above that.
 */
export function isSilent({ samples }: Sound): boolean {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of samples) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return high - low < 2e-4
}

function decoded(bytes: Uint8Array, name: string) {
  try {
    return decode(bytes)
  } catch (cause) {
    throw new TaskError(
      `${name}: expected a WAV file of integers (8 to 32 bits) or floats, received another kind ` +
        `(${cause instanceof Error ? cause.message : cause}). Convert it to 16-bit PCM.`,
      { cause },
    )
  }
}

/**
 * The file without chunks that are not sound, which the decoder loses its way in where they are of odd sizes. It takes what
 * there is of a file that was cut off, too; a recording that lacks its end should not be learnt from.
 */
function essence(bytes: Uint8Array, name: string): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4))
  if (bytes.length < 12 || word(0) !== 'RIFF' || word(8) !== 'WAVE') {
    const received = bytes.length === 0 ? 'an empty file' : kindOf(word(0))
    throw new TaskError(
      `${name}: expected a WAV file, received ${received}. Convert it to WAV, for example to 16-bit PCM.`,
    )
  }
  let format = bytes.subarray(0, 0)
  for (let at = 12; at + 8 <= bytes.length; ) {
    const kind = word(at)
    const size = view.getUint32(at + 4, true)
    const left = bytes.length - at - 8
    // Sound that was written to a pipe does not know its size.
    const isOpen = kind === 'data' && (size === 0 || size === 2 ** 32 - 1)
    if (size > left && !isOpen) {
      throw new TaskError(
        `${name}: expected ${size} bytes of '${kind.trim()}', as its header says, received ${left}: ` +
          'the WAV file is cut off. Copy or record it again.',
      )
    }
    if (kind === 'fmt ') format = bytes.subarray(at, at + 8 + size)
    if (kind === 'data') return joined([bytes.subarray(0, 12), format, bytes.subarray(at)])
    at += 8 + size + (size % 2)
  }
  throw new TaskError(
    `${name}: expected a WAV file with sound in it, received a header alone: the file is cut off. Copy or record it again.`,
  )
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function kindOf(word: string): string {
  if (word.startsWith('ID3')) return 'an MP3 file'
  const known: Readonly<Record<string, string>> = {
    OggS: 'an Ogg file',
    fLaC: 'a FLAC file',
    FORM: 'an AIFF file',
    RF64: 'a WAV file of more than 4 GB (RF64)',
  }
  return known[word] ?? 'something else'
}

/** Of all channels. */
export function averageOf(channels: readonly Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0]
  return Float32Array.from(
    channels[0],
    (_, at) => channels.reduce((sum, channel) => sum + channel[at], 0) / channels.length,
  )
}
