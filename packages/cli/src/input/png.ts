import { PNG } from 'pngjs'
import { Failure } from '../errors.ts'
import type { Picture } from '../tasks/picture.ts'

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** A few bytes of PNG can unpack to gigabytes: digits need no more than this. */
const mostPixels = 50_000_000

export const isPng = (bytes: Uint8Array): boolean => signature.every((byte, index) => bytes[index] === byte)

/** Decodes a PNG into grey values 0..1. */
export function readPng(bytes: Buffer, name: string): Picture {
  // The first chunk is IHDR: length and type (8 bytes), width, height.
  const [width, height] = bytes.length < 24 ? [0, 0] : [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  if (width * height > mostPixels) {
    throw new Failure(
      `${name}: expected at most ${mostPixels} pixels, received ${width} × ${height}. Make it smaller.`,
    )
  }
  try {
    return greyOf(PNG.sync.read(bytes))
  } catch (error) {
    const reason = error instanceof Error ? error.message : error
    throw new Failure(
      `${name}: expected a whole PNG picture, received a damaged one (${reason}). Save it again.`,
    )
  }
}

/**
 * Colours become their luminance (ITU-R BT.601). What is transparent shows the ground: white under dark ink, black
 * under light, so that the ink can be seen.
 */
function greyOf({ width, height, data }: PNG): Picture {
  const luminance = (at: number) => (0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]) / 255
  const pixels = width * height
  let [ink, opacity] = [0, 0]
  for (let i = 0; i < pixels; i++) {
    ink += luminance(4 * i) * data[4 * i + 3]
    opacity += data[4 * i + 3]
  }
  const ground = opacity > 0 && ink / opacity > 0.5 ? 0 : 1
  const grey = Float32Array.from({ length: pixels }, (_, i) => {
    const alpha = data[4 * i + 3] / 255
    return luminance(4 * i) * alpha + ground * (1 - alpha)
  })
  return { width, height, pixels: grey }
}
