import { sha256 } from '../checksum.ts'
import { DatasetError } from '../error.ts'
import { gunzip } from '../gunzip.ts'
import { isGzip, readIdx } from '../idx.ts'
import type { Bytes } from '../tensor.ts'
import type { MnistFile } from './files.ts'
import type { MnistSource, RawMnist, RawPart, SourceFile } from './source.ts'

/** The bytes found for one of the four files, gzipped or not, and the path or URL they came from. */
export interface FoundFile {
  file: MnistFile
  location: string
  bytes: Bytes
}

/**
 * Unpacks, reads and pairs the four files, which come in the order of `mnistFiles`. Files other than the
 * published ones pass and are told apart.
 */
export async function decode(
  found: readonly FoundFile[],
  kind: MnistSource['kind'],
  location: string,
  notes: string[],
): Promise<RawMnist> {
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(found.map(unpack))
  const train = pair(trainImages, trainLabels)
  const test = pair(testImages, testLabels)
  const files = await Promise.all(found.map(identify))
  const verified = files.every((file) => file.published)
  const description =
    `MNIST from ${location} (${kind}): ${train.labels.length} training and ${test.labels.length} test digits` +
    `${verified ? ', checksums as published' : '; the files are not the published ones'}.`
  return { train, test, source: { kind, name: 'mnist', location, verified, files, description, notes } }
}

async function unpack(found: FoundFile): Promise<FoundFile> {
  const { bytes, location } = found
  return isGzip(bytes) ? { ...found, bytes: await gunzip(bytes, location) } : found
}

/** Recognizes a published file by its checksum, gzipped or not. */
async function identify({ file, location, bytes }: FoundFile): Promise<SourceFile> {
  const received = await sha256(bytes)
  const gzipped = received === file.sha256
  const published = gzipped || received === file.unpackedSha256
  return { location, published, sha256: received, ...(gzipped && { md5: file.md5 }) }
}

/** Images [N, 28, 28] with their labels [N]. */
function pair(imageFile: FoundFile, labelFile: FoundFile): RawPart {
  const images = readIdx(imageFile.bytes, imageFile.location)
  const labels = readIdx(labelFile.bytes, labelFile.location)
  const [count, ...size] = images.shape
  if (!(images.data instanceof Uint8Array) || size.length !== 2 || size[0] !== 28 || size[1] !== 28) {
    throw new DatasetError(imageFile.location, {
      expected: 'images of bytes, [N, 28, 28]',
      received: describe(images),
      fix: 'Resize the pictures to 28 × 28 pixels of one byte, or take the published files.',
    })
  }
  if (!(labels.data instanceof Uint8Array) || labels.shape.length !== 1) {
    throw new DatasetError(labelFile.location, {
      expected: 'labels of bytes, [N]',
      received: describe(labels),
      fix: 'Are images and labels exchanged? Take the published files.',
    })
  }
  if (labels.shape[0] !== count) {
    throw new DatasetError(labelFile.location, {
      expected: `${count} labels, one for each image in ${imageFile.location}`,
      received: `${labels.shape[0]} labels`,
      fix: 'Take both files from the same set.',
    })
  }
  const wrong = labels.data.findIndex((label) => label > 9)
  if (wrong >= 0) {
    throw new DatasetError(labelFile.location, {
      expected: 'labels from 0 to 9',
      received: `${labels.data[wrong]} at position ${wrong}`,
      fix: 'Take the published files: this set has other classes.',
    })
  }
  return { images: images.data, labels: labels.data }
}

function describe({ shape, data }: ReturnType<typeof readIdx>): string {
  return `${data.constructor.name.replace('Array', '').toLowerCase()} values, [${shape.join(', ')}]`
}
