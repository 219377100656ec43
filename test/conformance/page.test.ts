import { readFileSync } from 'node:fs'
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
  /cell|cells$|^(quantile|dice|tversky|categoricalGeneralizedCrossEntropy|deserialize|serialize|resolve|checkLearningRate|resolve)/i

describe.each(Object.entries({ layers, losses, optimizers }))(
  'docs/conformance.md has a row for each of %s',
  (_, family) => {
    const members = Object.entries(family).filter(([, member]) => typeof member === 'function')
    it.each(members.map(([name]) => name).filter((name) => !ELSEWHERE.test(name)))('%s', (name) => {
      expect(rows, 'run npm run test:deep').toContain(name.toLowerCase())
    })
  },
)
