import { readdirSync, readFileSync } from 'node:fs'
import { layers, losses, optimizers } from '@carousel/core'
import { describe, expect, it } from 'vitest'
import { inRepository } from './peer.ts'

const page = readFileSync(inRepository('docs/conformance.md'), 'utf8')
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('`')[1].toLowerCase())

/** What has no row of its own: cells stand in RNN's, the quantile loss is not Keras's; the others are in committed values alone. */
const ELSEWHERE =
  /cell|cells$|^(quantile|dice|tversky|ctc|categoricalGeneralizedCrossEntropy|deserialize|serialize|resolve|checkLearningRate|resolve)/i

describe.each(Object.entries({ layers, losses, optimizers }))(
  'docs/conformance.md has a row for each of %s',
  (_, family) => {
    const members = Object.entries(family).filter(([, member]) => typeof member === 'function')
    it.each(members.map(([name]) => name).filter((name) => !ELSEWHERE.test(name)))('%s', (name) => {
      expect(rows, 'run npm run test:deep').toContain(name.toLowerCase())
    })
  },
)

describe('docs/conformance.md', () => {
  const golden = readdirSync(inRepository('test/golden')).filter((name) => name.endsWith('.json'))

  it.each(golden)('says of %s what its recipe notes', (name) => {
    const { recipe } = JSON.parse(readFileSync(inRepository(`test/golden/${name}`), 'utf8'))
    expect(recipe.note).toBeTypeOf('string')
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` `)) ?? ''
    expect(row, 'run npm run test:deep -- --texts').toContain(` | ${recipe.note} |`)
  })

  it('ends with test/conformance/page-notes.md', () => {
    expect(page, 'run npm run test:deep -- --texts').toContain(
      readFileSync(inRepository('test/conformance/page-notes.md'), 'utf8').trim(),
    )
  })
})
