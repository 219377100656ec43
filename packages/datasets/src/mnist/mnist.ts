import { platform } from '#platform'
import { oneHot } from '../one-hot.ts'
import type { Float32Tensor, Int32Tensor } from '../tensor.ts'
import { fromDirectory } from './directory.ts'
import { embeddedMnist } from './embedded.ts'
import { fromCacheOrDownload } from './fetched.ts'
import { checkOptions, type MnistOptions } from './options.ts'
import type { MnistSource, RawMnist, RawPart } from './source.ts'

export interface Mnist {
  train: MnistPart
  test: MnistPart
  source: MnistSource
}

export interface MnistPart {
  /** [N, 28, 28]: pictures, row by row, pixels in 0..1. */
  x: Float32Tensor
  /** [N, 10]: the digits, one-hot. */
  y: Float32Tensor
  /** [N]: the digits. */
  labels: Int32Tensor
}

/**
 * Loads MNIST's handwritten digits from the first of: the folder named by `data` or CAROUSEL_DATA, the
 * user's cache, a download, the 10,000 embedded digits. `source` tells which, with checksums.
 */
export async function load(options: MnistOptions = {}): Promise<Mnist> {
  checkOptions(options)
  options.signal?.throwIfAborted()
  const { train, test, source } = await firstSource(options)
  options.signal?.throwIfAborted()
  return { train: prepare(train, options.limit), test: prepare(test), source }
}

async function firstSource(options: MnistOptions): Promise<RawMnist> {
  if (options.embedded) return embeddedMnist([])
  if (options.data !== undefined) return fromDirectory(options.data, 'data')
  const folder = platform.dataFolder()
  if (folder !== undefined) return fromDirectory(folder, 'CAROUSEL_DATA')
  const notes: string[] = []
  return (await fromCacheOrDownload(options, notes)) ?? embeddedMnist(notes)
}

/** Pixels become byte / 255, rounded once to float32. */
const grey = Float32Array.from({ length: 256 }, (_, byte) => byte / 255)

function prepare({ images, labels }: RawPart, limit = labels.length): MnistPart {
  const count = Math.min(limit, labels.length)
  const pixels = new Float32Array(count * 28 * 28)
  for (let i = 0; i < pixels.length; i++) pixels[i] = grey[images[i]]
  const digits = Int32Array.from(labels.subarray(0, count))
  return {
    x: { shape: [count, 28, 28], data: pixels },
    y: oneHot(digits, 10),
    labels: { shape: [count], data: digits },
  }
}
