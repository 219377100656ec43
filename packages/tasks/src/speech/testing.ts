/** What the tests of speech share: WAV files by another program's writer, and words that anybody can tell apart. */

import wavefile from 'wavefile'
import type { DataFile } from '../files.ts'
import { generator } from '../random.ts'

/** A WAV file; `depth` as wavefile writes it: 8, 16, 24, 32, 32f, 64. */
export function wav(
  channels: readonly (readonly number[] | Float32Array)[],
  rate = 8000,
  depth = '16',
): Uint8Array {
  const scale = { '8': 127.5, '16': 32768, '24': 2 ** 23, '32': 2 ** 31 }[depth]
  const code = (value: number) => {
    if (scale === undefined) return value
    return depth === '8' ? Math.round((value + 1) * scale) : Math.round(value * (scale - 1))
  }
  const coded = channels.map((channel) => Array.from(channel, code))
  const file = new wavefile.WaveFile()
  file.fromScratch(channels.length, rate, depth, coded.length === 1 ? coded[0] : coded)
  return file.toBuffer()
}

export const dataFile = (name: string, bytes: Uint8Array): DataFile => ({
  name,
  bytes: async () => bytes,
  async *stream() {
    yield bytes
  },
})

export function tone(hertz: number, seconds: number, rate = 8000, amplitude = 0.5): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * rate) },
    (_, n) => amplitude * Math.sin((2 * Math.PI * hertz * n) / rate),
  )
}

/** A word: 'up' has a low tone and then a high one, 'down' has them the other way round. Means over time are alike. */
export function word(label: 'up' | 'down', seed: number, rate = 8000, noise = 0.01): Float32Array {
  const random = generator(seed)
  const [first, second] = label === 'up' ? [500, 1500] : [1500, 500]
  const part = (hertz: number) => tone(hertz * (0.95 + 0.1 * random()), 0.1 + 0.05 * random(), rate)
  const samples = [...part(first), ...part(second)]
  return Float32Array.from(samples, (value) => value + noise * (random() - 0.5))
}

/** Recordings of two words, named class_speaker_index.wav. */
export function words(each: number, speakers = ['ann', 'bob']): DataFile[] {
  return speakers.flatMap((speaker, s) =>
    (['up', 'down'] as const).flatMap((label, l) =>
      Array.from({ length: each }, (_, index) =>
        dataFile(`${label}_${speaker}_${index}.wav`, wav([word(label, 1000 * s + 100 * l + index)])),
      ),
    ),
  )
}
