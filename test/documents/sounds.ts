/** Made-up recordings: words of two tones, as WAV files of 16 bits. */

const rate = 8000

/** 'yes' rises, 'no' falls. */
export function sayWord(label: 'yes' | 'no', variant: number): Float32Array {
  const tones = label === 'yes' ? [500, 1500] : [1500, 500]
  const part = (hertz: number) =>
    Array.from(
      { length: 900 + 40 * (variant % 5) },
      (_, n) => 0.4 * Math.sin((2 * Math.PI * hertz * (1 + 0.01 * (variant % 7)) * n) / rate),
    )
  return Float32Array.from(tones.flatMap(part))
}

export function wavOf(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + 2 * samples.length)
  const view = new DataView(bytes.buffer)
  const word = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at)
  word(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  word(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, 2 * rate, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  word(36, 'data')
  view.setUint32(40, 2 * samples.length, true)
  for (const [n, value] of samples.entries()) view.setInt16(44 + 2 * n, Math.round(32767 * value), true)
  return bytes
}

/** Recordings of two speakers by their names, class_speaker_index.wav. */
export const recordings = (each = 8): { name: string; bytes: Uint8Array<ArrayBuffer> }[] =>
  ['anna', 'ben'].flatMap((speaker, s) =>
    (['yes', 'no'] as const).flatMap((label) =>
      Array.from({ length: each }, (_, index) => ({
        name: `${label}_${speaker}_${index}.wav`,
        bytes: wavOf(sayWord(label, index + 3 * s)),
      })),
    ),
  )
