import { describe, expect, it } from 'vitest'
import type { Json } from '../config/keras.ts'
import { FileError } from '../errors.ts'
import { encodeSafetensors } from './encodeSafetensors.ts'
import { decodeSafetensors, floatBytes } from './safetensors.ts'

/** A file of this header (JSON or its text) and so many bytes of data; `claim` is what it says of the header's length. */
function file(header: Json | string | Uint8Array, dataBytes: number, claim?: bigint): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header)
  const json = header instanceof Uint8Array ? header : new TextEncoder().encode(text)
  const bytes = new Uint8Array(8 + json.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, claim ?? BigInt(json.length), true)
  bytes.set(json, 8)
  return bytes
}

const tensor = (shape: Json, begin: Json, end: Json, more: Record<string, Json> = {}) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
  ...more,
})

const decode = (bytes: Uint8Array) => decodeSafetensors(bytes, 'model.safetensors')

describe('safetensors', () => {
  it('gives back names, order, shapes, texts and every bit', () => {
    const odd = Float32Array.of(0, -0, Number.MIN_VALUE, 1e-45, 3.4e38, 1 / 3)
    const tensors = new Map([
      ['lstm/kernel', { shape: [2, 3], data: odd }],
      ['a', { shape: [], data: Float32Array.of(5) }],
      ['leer', { shape: [0, 4], data: new Float32Array(0) }],
      ['größe/日本', { shape: [1], data: Float32Array.of(-7) }],
    ])
    const metadata = { format: 'pt', text: 'quote " backslash \\ newline \n é 😀' }
    const bytes = encodeSafetensors({ tensors, metadata })
    const found = decode(bytes)
    expect([...found.tensors.keys()].sort()).toEqual([...tensors.keys()].sort())
    for (const [name, { shape, data }] of tensors) {
      const tensor = found.tensors.get(name)
      expect(tensor?.shape).toEqual(shape)
      expect(tensor && floatBytes(tensor.data)).toEqual(floatBytes(data))
    }
    expect({ ...found.metadata }).toEqual(metadata)
  })

  it('lays tensors contiguously behind a header padded to 8 bytes, little-endian', () => {
    const bytes = encodeSafetensors({
      tensors: new Map([['x', { shape: [1], data: Float32Array.of(1) }]]),
      metadata: {},
    })
    const view = new DataView(bytes.buffer)
    const length = Number(view.getBigUint64(0, true))
    expect(length % 8).toBe(0)
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f])
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: {},
      x: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    })
  })

  it('reads what others write: any order in the header, no metadata, bytes at any alignment', () => {
    const bytes = file({ second: tensor([1], 4, 8), first: tensor([], 0, 4) }, 8)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    const { tensors, metadata } = decode(shifted.subarray(3))
    expect([...tensors.keys()]).toEqual(['first', 'second'])
    expect({ ...metadata }).toEqual({})
  })
})

const x = tensor([2], 0, 8)

describe('safetensors are read strictly', () => {
  const LARGE = 2 ** 40
  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /0 bytes, too few/],
    ['less than a length', new Uint8Array(7), /7 bytes, too few/],
    ['no header', new Uint8Array(8), /does not begin with '{'/],
    ['a header above 100 MB', file({ x }, 8, 100_000_001n), /claims 100000001 bytes, more than 100000000/],
    ['a header of 2⁶⁴ − 1 bytes', file({ x }, 8, 2n ** 64n - 1n), /claims 18446744073709551615 bytes/],
    ['a header longer than the file', file({ x }, 8, 5000n), /claims 5000 bytes, but only \d+ follow/],
    ['a header that is cut', file({ x }, 8, 20n), /JSON is broken/],
    ['bytes that are no UTF-8', file(Uint8Array.of(0x7b, 0xff, 0x7d), 0), /not valid UTF-8/],
    ['an overlong UTF-8 form', file(Uint8Array.of(0x7b, 0xc0, 0xa2, 0x7d), 0), /not valid UTF-8/],
    ['a byte order mark', file('\ufeff{}', 0), /does not begin with '{'/],
    ['a space before the header', file(' {}', 0), /does not begin with '{'/],
    ['a list', file('[]', 0), /does not begin with '{'/],
    ['broken JSON', file('{"x":}', 0), /JSON is broken/],
    ['two JSON texts', file('{}{}', 0), /JSON is broken/],
    ['a NUL behind the header', file('{}\0', 0), /JSON is broken/],
    [
      'a duplicate tensor',
      file(`{"x":${JSON.stringify(x)},"x":${JSON.stringify(x)}}`, 8),
      /holds the key 'x' twice/,
    ],
    [
      'a duplicate, spelt otherwise',
      file(`{"x":${JSON.stringify(x)},"\\u0078":${JSON.stringify(x)}}`, 8),
      /holds the key 'x' twice/,
    ],
    [
      'a duplicate key within',
      file('{"x":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}', 8),
      /the key 'shape' twice/,
    ],
    [
      '__proto__',
      file('{"__proto__":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 8),
      /the key '__proto__'/,
    ],
    [
      '__proto__ within',
      file('{"x":{"__proto__":1,"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 8),
      /the key '__proto__'/,
    ],
    ['metadata that are a text', file({ __metadata__: 'a', x }, 8), /'__metadata__' is not an object/],
    ['metadata that hold a number', file({ __metadata__: { a: 1 }, x }, 8), /no text under 'a'/],
    ['an entry that is a list', file({ x: [1] }, 0), /'x' is not an object/],
    ['an entry that is null', file({ x: null }, 0), /'x' is not an object/],
    ['an unknown key in an entry', file({ x: { ...x, strides: [1] } }, 8), /the unknown key 'strides'/],
    ['half precision', file({ x: { ...x, dtype: 'F16' } }, 8), /'x' has the type "F16"; expected F32/],
    ['no type', file({ x: { shape: [2], data_offsets: [0, 8] } }, 8), /'x' has the type undefined/],
    ['no shape', file({ x: { dtype: 'F32', data_offsets: [0, 8] } }, 8), /'x' has no proper shape/],
    ['a shape that is a number', file({ x: tensor(2, 0, 8) }, 8), /'x' has no proper shape/],
    ['a negative size', file({ x: tensor([-2], 0, 8) }, 8), /'x' has no proper shape/],
    ['half a size', file({ x: tensor([0.5, 4], 0, 8) }, 8), /'x' has no proper shape/],
    ['a size that is a text', file({ x: tensor(['2'], 0, 8) }, 8), /'x' has no proper shape/],
    [
      'a size beyond safe integers',
      file('{"x":{"dtype":"F32","shape":[9007199254740993],"data_offsets":[0,8]}}', 8),
      /no proper shape/,
    ],
    [
      'an infinite size',
      file('{"x":{"dtype":"F32","shape":[1e999],"data_offsets":[0,8]}}', 8),
      /no proper shape/,
    ],
    ['sizes whose product overflows', file({ x: tensor([LARGE, LARGE], 0, 8) }, 8), /'x' of shape .* needs/],
    [
      'sizes whose product wraps around 2⁶⁴ to the right one',
      file({ x: tensor([2 ** 31, 2 ** 31, 4], 0, 0) }, 0),
      /'x' of shape .* needs/,
    ],
    [
      'an overflow times zero',
      file({ x: tensor([LARGE, LARGE, LARGE, 0], 0, 8) }, 8),
      /needs 0 bytes; its offsets span 8/,
    ],
    ['no offsets', file({ x: { dtype: 'F32', shape: [2] } }, 8), /no proper data_offsets/],
    ['one offset', file({ x: { dtype: 'F32', shape: [2], data_offsets: [0] } }, 8), /no proper data_offsets/],
    [
      'three offsets',
      file({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 8, 9] } }, 8),
      /no proper data_offsets/,
    ],
    ['offsets the wrong way round', file({ x: tensor([2], 8, 0) }, 8), /no proper data_offsets/],
    ['a negative offset', file({ x: tensor([2], -8, 0) }, 8), /no proper data_offsets/],
    ['too few bytes for its shape', file({ x: tensor([3], 0, 8) }, 8), /needs 12 bytes; its offsets span 8/],
    ['too many bytes for its shape', file({ x: tensor([1], 0, 8) }, 8), /needs 4 bytes; its offsets span 8/],
    [
      'a gap before the first tensor',
      file({ x: tensor([2], 4, 12) }, 12),
      /'x' begins at byte 4; expected 0/,
    ],
    ['a gap between two', file({ x, y: tensor([1], 12, 16) }, 16), /'y' begins at byte 12; expected 8/],
    ['two that overlap', file({ x, y: tensor([2], 4, 12) }, 12), /'y' begins at byte 4; expected 8/],
    ['two in the same place', file({ x, y: tensor([2], 0, 8) }, 8), /'y' begins at byte 0; expected 8/],
    ['data that are cut off', file({ x }, 7), /'x' ends beyond the file/],
    ['data that are missing', file({ x }, 0), /'x' ends beyond the file/],
    ['bytes behind the last tensor', file({ x }, 9), /1 bytes follow the last tensor/],
    ['bytes without a tensor', file({}, 4), /4 bytes follow the last tensor/],
    [
      'nesting without end',
      file(`{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 0),
      /nested deeper than/,
    ],
  ])('%s', (_, bytes, reason) => {
    expect(() => decode(bytes)).toThrow(FileError)
    expect(() => decode(bytes)).toThrow(/^'model\.safetensors' is not a sound safetensors file: /)
    expect(() => decode(bytes)).toThrow(reason)
  })

  it('claims of size cost nothing: a header of many gigabytes of tensors is refused at once', () => {
    const each = (i: number) => [`x${i}`, tensor([2 ** 30], i * 2 ** 32, (i + 1) * 2 ** 32)] as const
    const entries = Object.fromEntries(Array.from({ length: 50 }, (_, i) => each(i)))
    expect(() => decode(file(entries, 16))).toThrow(/'x0' ends beyond the file/)
  })
})
