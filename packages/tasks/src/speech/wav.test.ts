import { describe, expect, test } from 'vitest'
import { wav } from './testing.ts'
import { isSilent, readWav, wavReader } from './wav.ts'

const ramp = Array.from({ length: 101 }, (_, n) => -1 + n / 50)
const hill = ramp.map((value) => 1 - Math.abs(value))

/** A WAV file whose header was changed. */
function changed(change: (view: DataView) => void): Uint8Array {
  const bytes = Uint8Array.from(wav([hill]))
  change(new DataView(bytes.buffer))
  return bytes
}

describe('readWav', () => {
  test.each([
    ['8', 1 / 100],
    ['16', 1e-4],
    ['24', 1e-6],
    ['32', 1e-6],
    ['32f', 1e-7],
    ['64', 1e-7],
  ])('%s bits, as another program writes them', (depth, tolerance) => {
    const { rate, samples } = readWav(wav([ramp], 11025, depth), 'a.wav')
    expect(rate).toBe(11025)
    expect(samples).toHaveLength(ramp.length)
    for (const [n, value] of ramp.entries()) expect(Math.abs(samples[n] - value)).toBeLessThan(tolerance)
  })

  test('channels are averaged, and chunks other than sound passed over', () => {
    const bytes = wav([ramp, hill], 8000, '32f')
    const { samples } = readWav(bytes, 'a.wav')
    for (const [n, value] of ramp.entries()) expect(samples[n]).toBeCloseTo((value + hill[n]) / 2, 6)
    expect(readWav(withChunk(bytes), 'a.wav').samples).toEqual(samples)
  })

  test('channels that cancel each other are no silence, and silent ones are', () => {
    const turned = hill.map((value) => -value)
    expect(() => readWav(wav([hill, turned], 8000), 'a.wav')).toThrow(
      'a.wav: expected channels that are heard together, received some that cancel each other. Take one of them alone.',
    )
    const still = hill.map(() => 0)
    expect(isSilent(readWav(wav([still, still], 8000), 'a.wav'))).toBe(true)
    expect(isSilent(readWav(wav([hill, still], 8000), 'a.wav'))).toBe(false)
  })

  test('the extensible format', () => {
    const plain = wav([hill], 8000, '16')
    expect(readWav(extensible(plain), 'a.wav')).toEqual(readWav(plain, 'a.wav'))
  })

  test('sound that was written to a pipe, whose header does not know its size', () => {
    const bytes = wav([hill])
    const { samples } = readWav(bytes, 'a.wav')
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(40, 2 ** 32 - 1, true)
    expect(readWav(bytes, 'a.wav').samples).toEqual(samples)
  })

  const whole = wav([hill])
  test.each([
    ['cut off in its sound', whole.subarray(0, 100), /expected 202 bytes of sound.*received 56.*cut off/],
    ['cut off in its header', whole.subarray(0, 40), /a header alone: the file is cut off/],
    ['empty', new Uint8Array(0), /expected a WAV file, received an empty file/],
    [
      'a rate of 1',
      changed((view) => view.setUint32(24, 1, true)),
      /expected 1,000 to 384,000 samples a second, received 1: .*damaged/,
    ],
    ['no channels', changed((view) => view.setUint16(22, 0, true)), /expected 1 to 64 channels, received 0/],
    // of 16 bits, said to be of 4: nothing tells how many samples a block would have
    [
      'another kind than it is',
      changed((view) => view.setUint16(20, 17, true)),
      /at most two samples a byte, received 0 samples in 2/,
    ],
    ['an MP3', new TextEncoder().encode('ID3 and more of it'), /received an MP3 file.*Convert it/],
    ['text', new TextEncoder().encode('good morning, good morning'), /received something else/],
    ['without a sample', wav([[]]), /received one of no samples/],
    [
      'not finite',
      wav([[0, Number.NaN, 0]], 8000, '32f'),
      /expected samples from −1 to 1, received NaN at sample 2/,
    ],
    ['of a format of its own', withFormat(whole, 0x55), /received another kind.*Convert it to 16-bit PCM/],
  ])('refuses a file that is %s', (_, bytes, message) => {
    expect(() => readWav(bytes, 'a.wav')).toThrow(message)
    expect(() => readWav(bytes, 'a.wav')).toThrow('a.wav: expected')
  })
})

test('piece by piece it is the same sound, whatever chunks come before it', () => {
  const bytes = withChunk(wav([ramp, hill], 11025))
  const whole = readWav(bytes, 'a.wav')
  for (const size of [1, 3, 50, 1000]) {
    const read = wavReader('a.wav')
    const samples: number[] = []
    for (let at = 0; at < bytes.length; at += size)
      samples.push(...read(bytes.subarray(at, at + size)).samples)
    expect(Float32Array.from(samples)).toEqual(whole.samples)
  }
  expect(() => wavReader('a.wav')(withFormat(bytes, 0x55))).toThrow(/a\.wav: expected .* another kind/)
})

test('silence is what no microphone hears', () => {
  const of = (samples: readonly number[]) => ({ rate: 8000, samples: Float32Array.from(samples) })
  expect(isSilent(of([0, 0, 0]))).toBe(true)
  expect(isSilent(of([0.5, 0.5, 0.50001]))).toBe(true)
  expect(isSilent(of([0, 0.001, 0]))).toBe(false)
})

/** A LIST chunk between format and sound, as editors write them; of odd size, so padded. */
function withChunk(bytes: Uint8Array): Uint8Array {
  const chunk = [...new TextEncoder().encode('LIST'), 3, 0, 0, 0, 1, 2, 3, 0]
  const at = String.fromCharCode(...bytes).indexOf('data')
  return Uint8Array.from([...bytes.subarray(0, at), ...chunk, ...bytes.subarray(at)])
}

function withFormat(bytes: Uint8Array, tag: number): Uint8Array {
  const copy = bytes.slice()
  new DataView(copy.buffer).setUint16(20, tag, true)
  return copy
}

/** WAVE_FORMAT_EXTENSIBLE: 24 bytes more of format, the last 16 of which name integers. */
function extensible(bytes: Uint8Array): Uint8Array {
  const pcm = [1, 0, 0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113]
  const format = withFormat(bytes, 0xfffe).slice(0, 36)
  format[16] = 40
  return Uint8Array.from([...format, 22, 0, 16, 0, 4, 0, 0, 0, ...pcm, ...bytes.subarray(36)])
}
