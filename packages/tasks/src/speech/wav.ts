import decode, { type AudioData, decoder } from '@audio/decode-wav'
import { joined } from '../bytes.ts'
import { isNumber } from '../checks.ts'
import { TaskError } from '../errors.ts'
import { formatOf, isWav, textAt } from './formats.ts'

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
 * @throws TaskError where it is not a WAV file, is cut off, or holds no sound, and where its channels cancel each other
 */
export function readWav(bytes: Uint8Array, name: string): Sound {
  const { channelData, sampleRate } = understood(() => decode(essence(bytes, name)), name)
  const length = channelData[0]?.length ?? 0
  if (length === 0 || !(sampleRate > 0)) {
    throw new TaskError(`${name}: expected a WAV file with sound in it, received one of no samples.`)
  }
  const sound = { rate: sampleRate, samples: plausible(averageOf(channelData), name) }
  if (channelData.length > 1 && isSilent(sound)) refuseCancelled(channelData, sound, name)
  return sound
}

/** Where a wire is swapped, one channel is the other turned upside down, and nothing is left of both. */
function refuseCancelled(channels: readonly Float32Array[], { rate }: Sound, name: string): void {
  if (channels.every((samples) => isSilent({ rate, samples }))) return
  throw new TaskError(
    `${name}: expected channels that are heard together, received some that cancel each other. Take one of them alone.`,
  )
}

/** A little above 1 a mixer goes; far above it, samples are whole numbers that nobody has divided. */
const LOUDEST = 16

/**
 * Samples that can be sound.
 *
 * @param before samples that came before these
 * @throws TaskError for samples that are not finite, or far beyond −1 to 1
 */
export function plausible(samples: Float32Array, name: string, before = 0): Float32Array {
  const broken = samples.findIndex((value) => !(Math.abs(value) <= LOUDEST))
  if (broken < 0) return samples
  const value = samples[broken]
  throw new TaskError(
    `${name}: expected samples from −1 to 1, received ${value} at sample ${before + broken + 1}. ` +
      (Number.isFinite(value) ? 'Divide them by the largest that there can be.' : 'Write the file anew.'),
  )
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

/** Reads sound piece by piece, with what there is until then. @throws TaskError where it is of an unknown kind */
export function wavReader(name: string): (bytes: Uint8Array) => Sound {
  const wav = decoder()
  /** Samples of earlier pieces. */
  let before = 0
  let held: Uint8Array | null = new Uint8Array(0)
  return (bytes) => {
    let piece = bytes
    if (held) {
      const all: Uint8Array = joined([held, bytes])
      const found = soundIn(all)
      if (!found && all.length > LONGEST_HEADER) throw headerAlone(name)
      if (found) checkFormat(found.head, name)
      held = found ? null : all
      piece = found ? joined([found.head, all.subarray(found.at)]) : new Uint8Array(0)
    }
    const { channelData, sampleRate } = understood(() => wav.decode(piece), name)
    const samples =
      channelData.length > 0 ? plausible(averageOf(channelData), name, before) : new Float32Array(0)
    before += samples.length
    return { rate: sampleRate, samples }
  }
}

function understood(read: () => AudioData, name: string): AudioData {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof TaskError) throw cause
    throw new TaskError(
      `${name}: expected a WAV file of integers (8 to 32 bits) or floats, received another kind ` +
        `(${cause instanceof Error ? cause.message : cause}). Convert it to 16-bit PCM.`,
      { cause },
    )
  }
}

/**
 * The file without chunks that are not sound, which the decoder loses its way in where they are of odd sizes. It takes what
 * there is of a file that was cut off, too; a recording that lacks its end should not be learned from.
 */
function essence(bytes: Uint8Array, name: string): Uint8Array {
  if (bytes.length < 12 || !isWav(bytes)) {
    const received = bytes.length === 0 ? 'an empty file' : (formatOf(bytes) ?? 'something else')
    throw new TaskError(
      `${name}: expected a WAV file, received ${received}. Convert it to WAV, for example to 16-bit PCM.`,
    )
  }
  const found = soundIn(bytes)
  if (!found) throw headerAlone(name)
  checkFormat(found.head, name)
  const left = bytes.length - found.at - 8
  // Sound that was written to a pipe does not know its size.
  const isOpen = found.size === 0 || found.size === 2 ** 32 - 1
  if (found.size > left && !isOpen) {
    throw new TaskError(
      `${name}: expected ${found.size} bytes of sound, as its header says, received ${left}: ` +
        'the WAV file is cut off. Copy or record it again.',
    )
  }
  return joined([found.head, bytes.subarray(found.at)])
}

/** Beyond so many bytes no sound comes any more. */
const LONGEST_HEADER = 1 << 20

const headerAlone = (name: string) =>
  new TaskError(
    `${name}: expected a WAV file with sound in it, received a header alone: the file is cut off. Copy or record it again.`,
  )

/** What a header may say, so that no sound of impossible size is made of it. */
function checkFormat(head: Uint8Array, name: string): void {
  const refuse = (expected: string, received: string): never => {
    throw new TaskError(
      `${name}: expected ${expected}, received ${received}: the WAV file's header is damaged. Record or convert it again.`,
    )
  }
  if (head.length < 36) refuse('a chunk that says how sound is written', 'none')
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const [kind, channels, rate] = [
    view.getUint16(20, true),
    view.getUint16(22, true),
    view.getUint32(24, true),
  ]
  if (channels < 1 || channels > 64) refuse('1 to 64 channels', String(channels))
  if (!isRate(rate)) refuse('1,000 to 384,000 samples a second', String(rate))
  if (!ADPCM.includes(kind)) return
  // two samples a byte, and blocks that begin with one of each channel
  const [block, samples] = [view.getUint16(32, true), head.length < 40 ? 0 : view.getUint16(38, true)]
  if (block <= 4 * channels || samples < 1 || samples > 2 * block + 2) {
    refuse('blocks of at most two samples a byte', `${samples} samples in ${block} bytes`)
  }
}

/** Microsoft's and IMA's numbers of it. */
const ADPCM = [2, 17]

/** Whether sound may have so many samples a second. */
export const isRate = (rate: unknown): rate is number => isNumber(rate, 1000) && rate <= 384_000

/** @throws TaskError where sound cannot have such a rate */
export function checkRate(rate: number): void {
  if (!isRate(rate))
    throw new TaskError(`rate: expected 1,000 to 384,000 samples a second, received ${rate}.`)
}

/** Where the chunk with the sound begins, its size, and all of the header that counts for it; null: not yet. */
function soundIn(bytes: Uint8Array): { head: Uint8Array; at: number; size: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let format = bytes.subarray(0, 0)
  for (let at = 12; at + 8 <= bytes.length; ) {
    const kind = textAt(bytes, at, 4)
    const size = view.getUint32(at + 4, true)
    if (kind === 'data') return { head: joined([bytes.subarray(0, 12), format]), at, size }
    if (kind === 'fmt ') format = bytes.subarray(at, at + 8 + size)
    at += 8 + size + (size % 2)
  }
  return null
}

function averageOf(channels: readonly Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0]
  return Float32Array.from(
    channels[0],
    (_, at) => channels.reduce((sum, channel) => sum + channel[at], 0) / channels.length,
  )
}
