import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { DatasetError } from './error.ts'
import { gunzip } from './gunzip.ts'
import { platform as browser } from './platform/browser.ts'
import { platform as node } from './platform/node.ts'
import { noise } from './testing.ts'

const plain = noise(100_000)
const packed = new Uint8Array(gzipSync(plain))
const flipped = packed.slice()
flipped[packed.length >> 1] ^= 1
const wrongSum = packed.slice()
wrongSum[packed.length - 6] ^= 1
const damaged: [string, Uint8Array<ArrayBuffer>][] = [
  ['cut off half-way', packed.subarray(0, packed.length >> 1)],
  ['cut off in the trailer', packed.subarray(0, -3)],
  ['with a changed byte', flipped],
  ['with a wrong sum', wrongSum],
  ['that is not gzip', plain],
  ['of no bytes', new Uint8Array()],
]

describe.each([
  ['Node', node],
  ['a browser', browser],
])('in %s', (_, platform) => {
  test('unpacks', async () => {
    expect(Buffer.compare(await platform.gunzip(packed, plain.length), plain)).toBe(0)
  })

  test.each(damaged)('rejects data %s', async (_, bytes) => {
    await expect(platform.gunzip(bytes, 1e6)).rejects.toThrow()
  })

  test('stops at the limit', async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(10_000_000)))
    await expect(platform.gunzip(bomb, 1_000_000)).rejects.toThrow()
  })
})

test.each(damaged)('names the file %s', async (_, bytes) => {
  const unpacked = gunzip(bytes, 'digits.gz')
  await expect(unpacked).rejects.toThrow(DatasetError)
  await expect(unpacked).rejects.toThrow(/^digits\.gz: expected a whole gzip stream .* Fetch the file again/)
})
