import { gunzip, isGzip, readIdx } from '@carousel/datasets'
import type { mnist } from '@carousel/tasks'
import { Failure } from '../errors.ts'

/** IDX begins with two zero bytes; files of it are usually gzipped. */
export const isIdx = (bytes: Uint8Array): boolean => isGzip(bytes) || (bytes[0] === 0 && bytes[1] === 0)

/** The pictures of an IDX file [N, height, width], gzipped or not, or its only one [height, width], as grey 0..1. */
export async function readIdxPictures(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
): Promise<mnist.Picture[]> {
  const { shape, data } = readIdx(isGzip(bytes) ? await gunzip(bytes, name) : bytes, name)
  if (!(data instanceof Uint8Array) || shape.length < 2 || shape.length > 3) {
    throw new Failure(
      `${name}: expected pictures of unsigned bytes, [N, height, width], received the shape [${shape.join(', ')}]. ` +
        (shape.length === 1 ? 'Is it the file with the labels?' : 'Convert it first.'),
    )
  }
  const [height, width] = shape.slice(-2)
  const size = height * width
  return Array.from({ length: data.length / size }, (_, n) => ({
    width,
    height,
    pixels: Float32Array.from(data.subarray(n * size, (n + 1) * size), (byte) => byte / 255),
  }))
}
