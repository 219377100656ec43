import { DatasetError } from './error.ts'
import type { Tensor } from './tensor.ts'

/*
 * IDX, the format of MNIST (http://yann.lecun.com/exdb/mnist/), all numbers big-endian:
 *   byte 0, 1   zero
 *   byte 2      element type, below
 *   byte 3      number of dimensions D
 *   4·D bytes   the dimensions, unsigned 32-bit
 *   the rest    the elements, row-major, nothing after them
 */

interface ElementType {
  size: number
  read: (view: DataView, count: number) => Tensor['data']
}

const elementTypes: Readonly<Record<number, ElementType>> = {
  8: { size: 1, read: (view, n) => new Uint8Array(view.buffer, view.byteOffset, n) },
  9: { size: 1, read: (view, n) => Int32Array.from({ length: n }, (_, i) => view.getInt8(i)) },
  11: { size: 2, read: (view, n) => Int32Array.from({ length: n }, (_, i) => view.getInt16(2 * i)) },
  12: { size: 4, read: (view, n) => Int32Array.from({ length: n }, (_, i) => view.getInt32(4 * i)) },
  13: { size: 4, read: (view, n) => Float32Array.from({ length: n }, (_, i) => view.getFloat32(4 * i)) },
}

/**
 * Reads an IDX file strictly: magic number, element type, dimensions and exact length.
 * Unsigned bytes are a view on `bytes`; wider types are converted. `name` appears in errors.
 */
export function readIdx(bytes: Uint8Array, name = 'IDX data'): Tensor {
  const fail = (expected: string, received: string, fix = 'Fetch or write the file again.'): never => {
    throw new DatasetError(name, { expected, received, fix })
  }
  if (isGzip(bytes)) fail('IDX data', 'gzipped data', 'Unpack it first: gunzip(bytes).')
  if (bytes.length < 4) fail('an IDX header of at least 8 bytes', `${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

  const magic = view.getUint32(0)
  const type = elementTypes[bytes[2]]
  const rank = bytes[3]
  if (magic >>> 16 !== 0) fail('an IDX magic number (0x0000, type, rank)', hex(magic), 'Is it an IDX file?')
  if (type === undefined) {
    fail('element type 0x08, 0x09, 0x0B, 0x0C or 0x0D', hex(bytes[2]), 'Convert it to bytes or float32.')
  }
  if (rank === 0) fail('at least one dimension', 'none')

  const start = 4 + 4 * rank
  if (bytes.length < start) fail(`a header of ${start} bytes for ${rank} dimensions`, `${bytes.length} bytes`)
  const shape = Array.from({ length: rank }, (_, d) => view.getUint32(4 + 4 * d))
  const count = shape.reduce((product, size) => product * size, 1)
  if (count === 0) fail('at least one element', `the shape [${shape}]`)
  // Past 2^53 the product is rounded, but it is far from any real length, so the comparison still fails.
  const length = start + count * type.size
  if (bytes.length !== length) fail(`${length} bytes for the shape [${shape}]`, `${bytes.length} bytes`)

  return { shape, data: type.read(new DataView(view.buffer, view.byteOffset + start), count) }
}

/** Whether the bytes begin as a gzip stream does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`
