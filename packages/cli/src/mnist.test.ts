import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { carousel, temporaryFolder } from './testing.ts'

const data = process.env.CAROUSEL_DATA || fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const sample = fileURLToPath(new URL('../samples/three.png', import.meta.url))

/** The real digits: what the made-up ones of the other tests cannot show. */
test('on MNIST itself the model learns, and then reads a drawn digit', async ({ skip }) => {
  if (!existsSync(join(data, 'mnist')) && !process.env.CI) skip(`MNIST is not in ${data}: set CAROUSEL_DATA`)
  const out = join(temporaryFolder(), 'mnist.safetensors')
  const options = [
    '--limit',
    '9600',
    '--epochs',
    '2',
    '--units',
    '64',
    '--learning-rate',
    '0.003',
    '--seed',
    '1',
  ]
  const { code, events } = await carousel([
    'train',
    'mnist',
    '--data',
    data,
    ...options,
    '--out',
    out,
    '--json',
  ])
  expect(code).toBe(0)
  expect(events.at(-1)?.testAccuracy).toBeGreaterThan(0.9)

  const { events: read } = await carousel(['predict', out, sample, '--json'])
  expect(read[0]).toMatchObject({ label: '3' })
})
