import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const COUNT = 16_384
const PIXELS = 784

/**
 * Writes the training data that every peer reads into `folder`: pictures as float32 in 0..1 and labels as int32.
 * They are MNIST's first where one of `mnistFolders` holds it, else made up.
 */
export function writeData(folder, mnistFolders) {
  const { source, pictures, labels } = mnistFolders.map(readMnist).find((found) => found) ?? madeUp()
  const files = { source, count: COUNT, x: join(folder, 'x.f32'), labels: join(folder, 'labels.i32') }
  writeFileSync(
    files.x,
    Float32Array.from(pictures, (pixel) => pixel / 255),
  )
  writeFileSync(files.labels, Int32Array.from(labels))
  return files
}

function readMnist(folder) {
  const pictures = join(folder, 'train-images-idx3-ubyte.gz')
  const labels = join(folder, 'train-labels-idx1-ubyte.gz')
  if (!existsSync(pictures) || !existsSync(labels)) return undefined
  return {
    source: 'mnist',
    pictures: gunzipSync(readFileSync(pictures)).subarray(16, 16 + COUNT * PIXELS),
    labels: gunzipSync(readFileSync(labels)).subarray(8, 8 + COUNT),
  }
}

/** As sparse as digits are: a fifth of the pixels inked. A linear congruential generator, so always the same. */
function madeUp() {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 8
  }
  return {
    source: 'synthetic',
    pictures: Uint8Array.from({ length: COUNT * PIXELS }, () => (next() % 5 === 0 ? next() & 255 : 0)),
    labels: Uint8Array.from({ length: COUNT }, () => next() % 10),
  }
}
