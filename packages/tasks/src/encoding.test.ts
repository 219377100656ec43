import { expect, test } from 'vitest'
import { decode, isEncoding } from './encoding.ts'

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

test('UTF-16 is told by its mark', () => {
  expect(() => decode(bytesOf(0xff, 0xfe, 0x61, 0), 'a.txt')).toThrow(/received UTF-16.*--encoding utf-16le/)
  expect(() => decode(bytesOf(0xfe, 0xff, 0, 0x61), 'a.txt')).toThrow(/--encoding utf-16be/)
  expect(decode(bytesOf(0xff, 0xfe, 0x61, 0), 'a.txt', 'utf-16le')).toBe('a')
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
