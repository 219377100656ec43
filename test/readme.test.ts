// The ten lines that newcomers read first are the ones in examples/, and they run.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { callbacks, layers, optimizers, schedules } from '@carousel/core'
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

/** The lines of a document that call the command, without their comments. */
const commandsOf = (name: string) =>
  [...readFileSync(join(root, name), 'utf8').matchAll(/^ {4}npx carousel (.*?)(?: +#.*)?$/gm)].map(
    ([, line]) => line,
  )

it('both READMEs have the same commands', () => {
  expect(commandsOf('README.zh-CN.md')).toEqual(commandsOf('README.md'))
})

it('the commands run one after the other as written, here on few pictures', async () => {
  const folder = await mkdtemp(join(root, 'test/dist/commands-'))
  try {
    const env = { ...process.env, CAROUSEL_DATA: join(folder, 'mnist') }
    await mkdir(env.CAROUSEL_DATA)
    for (const [part, count] of [
      ['train', 64],
      ['t10k', 32],
    ] as const) {
      const idx = (...shape: number[]) => {
        const header = Uint8Array.of(0, 0, 8, shape.length, ...shape.flatMap((size) => [0, 0, 0, size]))
        const size = shape.reduce((a, b) => a * b)
        return Buffer.concat([header, Uint8Array.from({ length: size }, (_, i) => i % 10)])
      }
      await writeFile(join(env.CAROUSEL_DATA, `${part}-images-idx3-ubyte`), idx(count, 28, 28))
      await writeFile(join(env.CAROUSEL_DATA, `${part}-labels-idx1-ubyte`), idx(count))
    }
    await symlink(join(root, 'packages'), join(folder, 'packages'))
    const run = promisify(execFile)
    for (const line of commandsOf('README.md'))
      await run(process.execPath, ['packages/cli/bin/carousel.js', ...line.split(' ')], { cwd: folder, env })
    expect(await readdir(folder)).toEqual([
      'digits.safetensors',
      'mnist',
      'mnist-gru.safetensors',
      'packages',
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})

it.each(Object.entries({ callbacks, layers, optimizers, schedules }))(
  "the library's own page names all %s",
  (_, family) => {
    const page = readFileSync(join(root, 'packages/core/README.md'), 'utf8')
    const names = Object.entries(family).flatMap(([name, member]) =>
      typeof member === 'function' ? [name] : [],
    )
    const helpers = /^(de)?serialize|^resolve|^checkLearningRate$|^(history|lambdaCallback)$/
    const missing = names.filter((name) => !helpers.test(name) && !new RegExp(`\\b${name}\\b`).test(page))
    expect(missing).toEqual([])
  },
)
