// The ten lines that newcomers read first are the ones in examples/, and they run.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const example = readFileSync(join(root, 'examples/mnist.mjs'), 'utf8')

it.each(['README.md', 'README.zh-CN.md'])('%s shows examples/mnist.mjs', (name) => {
  const [, block] = readFileSync(join(root, name), 'utf8').match(/```(?:js|ts)\n(.*?)```/s) ?? []
  expect(block).toBe(example)
})

it('the example runs as written, here on few pictures for one epoch', async () => {
  const short = example
    .replace('mnist.load()', 'mnist.load({ embedded: true, limit: 640 })')
    .replace('epochs: 10', 'epochs: 1')
  expect(short).not.toContain('epochs: 10')
  // inside the checkout, so that the packages are found by their names
  const folder = await mkdtemp(join(root, 'test/dist/example-'))
  try {
    await writeFile(join(folder, 'mnist.mjs'), short)
    await promisify(execFile)(process.execPath, ['mnist.mjs'], { cwd: folder })
    expect(await readdir(folder)).toContain('mnist-lstm.safetensors')
  } finally {
    await rm(folder, { recursive: true })
  }
})
