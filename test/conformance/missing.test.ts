import { readFileSync } from 'node:fs'
import { callbacks, deserialize } from '@carousel/core'
import { describe, expect, it } from 'vitest'
import { inRepository } from './peer.ts'

/** The classes that the table in docs/models.md names, by the first word of their row. */
const named = readFileSync(inRepository('docs/models.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (layers|losses|metrics|optimizers|initializers|callbacks)/.test(line))
  .flatMap((line) => {
    const [, row, classes] = line.split('|')
    return [...classes.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => [row.trim().split(' ')[0], name] as const)
  })

describe('what docs/models.md says is missing is refused by name', () => {
  it.each(named.filter(([row]) => row !== 'callbacks'))('%s: %s', (row, name) => {
    const json = { module: `keras.${row}`, class_name: name, config: {} }
    expect(() => deserialize(json)).toThrow(new RegExp(`'${name}'`, 'i'))
  })

  it.each(named.filter(([row]) => row === 'callbacks'))('%s: %s', (_, name) => {
    expect(Object.keys(callbacks).map((each) => each.toLowerCase())).not.toContain(name.toLowerCase())
  })

  it('names some of each', () => {
    expect(new Set(named.map(([row]) => row)).size).toBe(6)
    expect(named.length).toBeGreaterThan(40)
  })
})
