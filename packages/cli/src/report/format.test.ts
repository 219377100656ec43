import { expect, test } from 'vitest'
import {
  bytes,
  clock,
  count,
  decimal,
  duration,
  percent,
  printable,
  several,
  shellWord,
  wrap,
} from './format.ts'

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
  [several(1, 'epoch'), '1 epoch'],
  [several(2000, 'batch', 'batches'), '2,000 batches'],
  [printable('a\nb\u001b]0;title\u0007c\u009b2Jd\u007f'), 'a\nb\\u001b]0;title\\u0007c\\u009b2Jd\\u007f'],
  [printable('\u001b[1;31mred\u001b[0m \u001b[2J'), '\u001b[1;31mred\u001b[0m \\u001b[2J'],
  [shellWord('models/my-1.safetensors'), 'models/my-1.safetensors'],
  [shellWord('-x.safetensors'), './-x.safetensors'],
  [shellWord("it's mine.safetensors"), "'it'\\''s mine.safetensors'"],
])('%s', (written, expected) => {
  expect(written).toEqual(expected)
})
