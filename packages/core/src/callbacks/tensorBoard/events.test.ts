import { expect, it } from 'vitest'
import { crc32c, maskedCrc32c } from './crc32c.ts'
import { versionEvent } from './events.ts'
import { varint } from './protobuf.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

it('CRC-32C has the published values', () => {
  // RFC 3720, B.4, and the check value of the polynomial
  expect(crc32c(bytesOf('123456789'))).toBe(0xe3069283)
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
})

it('a record is length, checksum, message, checksum', () => {
  const record = versionEvent(1.5)
  const view = new DataView(record.buffer)
  const length = view.getUint32(0, true)
  expect(record.length).toBe(length + 16)
  expect(view.getUint32(4, true)).toBe(0)
  expect(view.getUint32(8, true)).toBe(maskedCrc32c(record.subarray(0, 8)))
  expect(view.getUint32(12 + length, true)).toBe(maskedCrc32c(record.subarray(12, 12 + length)))
  expect(new TextDecoder().decode(record)).toContain('brain.Event:2')
})

it('a varint holds every whole number', () => {
  expect([...varint(1, 0)]).toEqual([8, 0])
  expect([...varint(1, 300)]).toEqual([8, 0xac, 0x02])
  expect([...varint(2, 2 ** 53 - 1)]).toEqual([16, ...Array(7).fill(0xff), 0x0f])
})
