import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../config/keras.ts'
import { formatJson } from './formatJson.ts'
import { parseJson } from './json.ts'

const fail = (reason: string): never => {
  throw new Error(reason)
}
const parse = (text: string) => parseJson(text, fail)

describe('JSON in files', () => {
  it('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value)
        fc.pre(!text.includes('__proto__'))
        expect(parse(text)).toEqual(JSON.parse(text))
        expect(JSON.parse(formatJson(JSON.parse(text) as Json, fail))).toEqual(JSON.parse(text))
      }),
      { seed: 3, numRuns: 2000 },
    )
  })

  it.each([
    ['{"a":1,"a":2}', /the key 'a' twice/],
    ['{"a":{"b":1},"c":{"b":1,"b":2}}', /the key 'b' twice/],
    ['[{"a":1},{"a":1,"\\u0061":1}]', /the key 'a' twice/],
    ['{"\\\\":1,"\\\\":2}', /twice/],
    ['{"a\\"":1,"a\\"":2}', /twice/],
    ['{"a":[{"__proto__":1}]}', /the key '__proto__'/],
    ['{"__pro\\u0074o__":1}', /the key '__proto__'/],
    ['{"a":1', /JSON is broken/],
    ['', /JSON is broken/],
  ])('refuses %s', (text, reason) => {
    expect(() => parse(text)).toThrow(reason)
  })

  it('takes equal keys of different objects, keys in texts, and words that only look like properties', () => {
    const text =
      '{"a":{"b":1},"c":{"b":2},"constructor":1,"prototype":{"toString":"\\"b\\":1,\\"b\\":{"},"":"__proto__"}'
    expect(parse(text)).toEqual(JSON.parse(text))
  })

  it('takes texts and keys of many megabytes', () => {
    const long = 'x\\"'.repeat(5_000_000)
    expect(parse(`{"a":"${long}"}`)).toEqual({ a: 'x"'.repeat(5_000_000) })
    expect(Object.keys(parse(`{"${long}":1}`) ?? {})).toHaveLength(1)
  })

  it('refuses keys without end', () => {
    expect(() => parse(`[${'{"":0},'.repeat(1_000_000)}{"":0}]`)).toThrow(/more than 1000000 keys/)
  })

  it('writes what it reads', () => {
    const ring: Record<string, Json> = {}
    ring.self = ring
    expect(() => formatJson(ring, fail)).toThrow(/cannot be written as JSON/)
    expect(() => formatJson(JSON.parse('{"__proto__":1}'), fail)).toThrow(/the key '__proto__'/)
    expect(() => formatJson(JSON.parse(`${'['.repeat(600)}${']'.repeat(600)}`), fail)).toThrow(
      /nested deeper than 500/,
    )
    expect(formatJson([Number.NaN, -Infinity, 1], fail)).toBe('["NaN","-Infinity",1]')
  })
})
