import { inflateSync } from 'node:zlib'
import type { mnist } from '@carousel/tasks'
import { PNG } from 'pngjs'
import { Failure } from '../errors.ts'

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** A few bytes of PNG can unpack to gigabytes: digits need no more than this. */
const mostPixels = 50_000_000

export const isPng = (bytes: Uint8Array): boolean => signature.every((byte, index) => bytes[index] === byte)

/** Decodes a PNG into grey values 0..1. */
export function readPng(bytes: Buffer, name: string): mnist.Picture {
  // The first chunk is IHDR: length and type (8 bytes), width, height.
  const [width, height] = bytes.length < 24 ? [0, 0] : [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  if (width * height > mostPixels) {
    throw new Failure(
      `${name}: expected at most ${mostPixels} pixels, received ${width} × ${height}. Make it smaller.`,
    )
  }
  const picture = whole(() => PNG.sync.read(bytes), name)
  const flaw = whole(() => flawIn(bytes, picture), name)
  if (flaw) throw damaged(name, ` (${flaw})`)
  return greyOf(picture)
}

/** What a decoder says of a damaged picture is for its makers. */
function whole<Result>(decode: () => Result, name: string): Result {
  try {
    return decode()
  } catch (cause) {
    throw damaged(name, '', cause)
  }
}

const damaged = (name: string, why: string, cause?: unknown): Failure =>
  new Failure(`${name}: expected a whole PNG picture, received a damaged one${why}. Save it again.`, {
    cause,
  })

/** The decoder takes picture data that are missing for black; here all that the header promises must be there. */
function flawIn(bytes: Buffer, { width, height }: PNG): string | undefined {
  // Behind the picture's size in IHDR: depth, colour type, compression, filter and interlacing, one byte each.
  const [depth, type, interlaced] = [bytes[24], bytes[25], bytes[28] === 1]
  const bitsOf = (pixels: number) => pixels * channels[type] * depth
  const needed = (interlaced ? passes : [all])
    .map(([x, y, dx, dy]) => [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)])
    .filter(([columns, rows]) => columns > 0 && rows > 0)
    // Every row begins with one byte for its filter.
    .reduce((sum, [columns, rows]) => sum + rows * (1 + Math.ceil(bitsOf(columns) / 8)), 0)
  if (needed === 0) return 'it has no pixels'
  const found = inflateSync(dataOf(bytes), { maxOutputLength: needed }).length
  return found < needed ? `${found} of ${needed} bytes of picture data` : undefined
}

/** The packed picture: what is in all chunks IDAT. A chunk is its length, type, content and checksum. */
function dataOf(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = signature.length; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  return Buffer.concat(parts)
}

/** Numbers a pixel, by colour type: grey, colours, palette, grey and opacity, colours and opacity. */
const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
/** First column and row, and steps between columns and rows: of a whole picture, and of Adam7's seven passes. */
const all = [0, 0, 1, 1]
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
]

/**
 * Colours become their luminance (ITU-R BT.601). What is transparent shows the ground: white under dark ink, black
 * under light, so that the ink can be seen.
 */
function greyOf({ width, height, data }: PNG): mnist.Picture {
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
