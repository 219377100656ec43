import { expect, test } from 'vitest'
import { bytes, clock, count, decimal, duration, percent, shellWord, wrap } from './format.ts'

test.each([
  [count(60000), '60,000'],
  [percent(0.98614), '98.61 %'],
  [percent(1, 1), '100.0 %'],
  [decimal(0.07123), '0.0712'],
  [decimal(0.00001234), '1.2e-5'],
  [decimal(0), '0.0000'],
  [duration(5.94), '5.9 s'],
  [duration(63), '1:03 min'],
  [duration(7505), '2:05:05 h'],
  [clock(7.2), '0:07'],
  [clock(3723), '1:02:03'],
  [clock(-1), '0:00'],
  [bytes(512), '512 B'],
  [bytes(1536), '1.5 KB'],
  [bytes(11_594_722), '11.1 MB'],
  [wrap('a bb ccc dddddddd e', 6), ['a bb', 'ccc', 'dddddddd', 'e']],
  [shellWord('models/my-1.safetensors'), 'models/my-1.safetensors'],
  [shellWord("it's mine.safetensors"), "'it'\\''s mine.safetensors'"],
])('%s', (written, expected) => {
  expect(written).toEqual(expected)
})
