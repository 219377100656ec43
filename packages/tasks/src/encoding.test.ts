import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { decode, decodePieces, isEncoding } from './encoding.ts'

const bytesOf = (...bytes: number[]) => Uint8Array.from(bytes)

test('UTF-8, with and without a byte order mark', () => {
  expect(decode(new TextEncoder().encode('naïve 电影'), 'a.txt')).toBe('naïve 电影')
  expect(decode(bytesOf(0xef, 0xbb, 0xbf, 0x61), 'a.txt')).toBe('a')
})

test('other bytes are told, with the line and what to do', () => {
  const bytes = bytesOf(0x61, 10, 0x62, 10, 0x63, 0xe9, 0x20)
  expect(() => decode(bytes, 'a.txt')).toThrow(
    /^a\.txt: expected text in UTF-8, received other bytes in line 3\. .*--encoding latin1/,
  )
  expect(decode(bytes, 'a.txt', 'latin1')).toBe('a\nb\ncé ')
})

test('packed files are told as such, at once and in pieces', async () => {
  const gzip = /^a\.csv: expected text, received a file packed by gzip\. .*gunzip/
  expect(() => decode(gzipSync('text,label\n'), 'a.csv')).toThrow(gzip)
  async function* pieces() {
    yield gzipSync('text,label\n')
  }
  await expect(decodePieces(pieces(), 'a.csv').next()).rejects.toThrow(gzip)
  // its header as of APPNOTE.TXT 4.3.7: version, flags, method, time, date, checksum
  const zip = bytesOf(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, 0x4d, 0x5b, 0x21, 0x59, 0xe1, 0x9f, 0x0a, 0xc3)
  expect(() => decode(zip, 'a.xlsx')).toThrow(/^a\.xlsx: expected text, received a zip file\. .*Excel as CSV/)
  const zeros = bytesOf(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, ...new Array(20).fill(0))
  expect(() => decode(zeros, 'a.xlsx')).toThrow(/received a zip file/)
})

test('UTF-16 is told by its mark', () => {
  expect(() => decode(bytesOf(0xff, 0xfe, 0x61, 0), 'a.txt')).toThrow(/received UTF-16.*--encoding utf-16le/)
  expect(() => decode(bytesOf(0xfe, 0xff, 0, 0x61), 'a.txt')).toThrow(/--encoding utf-16be/)
  expect(decode(bytesOf(0xff, 0xfe, 0x61, 0), 'a.txt', 'utf-16le')).toBe('a')
})

test('UTF-16 without its mark is told by its zeros', () => {
  const bytes = Uint8Array.from(Buffer.from('some text\nof two lines', 'utf16le'))
  expect(() => decode(bytes, 'notes.txt')).toThrow(/received UTF-16.*--encoding utf-16le/)
  expect(() => decode(bytes.slice(1, -1), 'notes.txt')).toThrow(/--encoding utf-16be/)
  expect(decode(bytes, 'notes.txt', 'utf-16le')).toBe('some text\nof two lines')
})

test('latin1 is windows-1252, as the web has it, on every runtime', () => {
  const whole = decode(
    Uint8Array.from({ length: 256 }, (_, byte) => byte),
    'a.txt',
    'latin1',
  )
  expect(whole.slice(0x80, 0x88)).toBe('€\x81‚ƒ„…†‡')
  expect([whole[0x96], whole[0x9f], whole[0xe9], whole.length]).toEqual(['–', 'Ÿ', 'é', 256])
})

test('names of encodings', () => {
  expect(['utf-8', 'latin1', 'gb18030', 'klingon'].map(isEncoding)).toEqual([true, true, true, false])
})

test('an encoding that is not known is refused by its name', async () => {
  const error = /^encoding: expected one that is known, such as utf-8.*, received 'klingon'\./
  expect(() => decode(bytesOf(0x61), 'a.txt', 'klingon')).toThrow(error)
  async function* pieces() {
    yield bytesOf(0x61)
  }
  await expect(decodePieces(pieces(), 'a.txt', 'klingon').next()).rejects.toThrow(error)
})

describe('more text than a string holds is told as such, not as another encoding', () => {
  const large = /^a\.txt: expected a text that can be held at once.*received a larger one\. Divide it/

  test('where decoding fails for it', () => {
    vi.spyOn(TextDecoder.prototype, 'decode').mockImplementationOnce(() => {
      throw new Error('Cannot create a string longer than 0x1fffffe8 characters')
    })
    expect(() => decode(bytesOf(0x61), 'a.txt')).toThrow(large)
  })

  test('of latin1, where Node 20 would abort', () => {
    // zeros that nobody looks at take no memory
    expect(() => decode(new Uint8Array(0x1fffffe9), 'a.txt', 'latin1')).toThrow(large)
  })
})

test('bytes in pieces: a character may be cut by a border, and a wrong byte is told with its line', async () => {
  const read = async (bytes: Uint8Array, size: number) => {
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    }
    let text = ''
    for await (const piece of decodePieces(pieces(), 'a.txt')) text += piece
    return text
  }
  for (const size of [1, 2, 3, 100]) {
    expect(await read(new TextEncoder().encode('\ufeff电影\nnaïve'), size)).toBe('电影\nnaïve')
    const wrong = bytesOf(0xe7, 0x94, 0xb5, 10, 0x62, 10, 0x63, 0xe9, 0x20, 10)
    await expect(read(wrong, size)).rejects.toThrow(/received other bytes in line 3\./)
    await expect(read(bytesOf(97, 10, 0xe7, 0x94), size)).rejects.toThrow(/in line 2\./)
  }
})
