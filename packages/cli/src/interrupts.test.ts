import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadModel } from '@carousel/core'
import { describe, expect, test } from 'vitest'
import { temporaryFolder, writeDigits } from './testing.ts'

const carousel = fileURLToPath(new URL('../bin/carousel.js', import.meta.url))

/** A program that says when it is told to stop, and then takes its time. */
const program = `
  import { interruptible } from ${JSON.stringify(new URL('./interrupts.js', import.meta.url).href)}
  const tooLong = (signal) => new Promise((resolve) => {
    setTimeout(resolve, 20_000)
    console.log('working')
  })
  await interruptible(tooLong, () => console.log('stopping'))`

/** Sends signals whenever the program says something; resolves with what it said, and its exit code. */
async function run(react: (said: string, kill: (signal: NodeJS.Signals) => void) => void) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program])
  let said = ''
  child.stdout.on('data', (text) => {
    said += text
    react(String(text).trim(), (signal) => child.kill(signal))
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { code, said: said.trim().split('\n') }
}

test('the second Ctrl-C quits at once', async () => {
  const { code, said } = await run((what, kill) =>
    what === 'working' ? kill('SIGINT') : setTimeout(() => kill('SIGINT'), 300),
  )
  expect({ code, said }).toEqual({ code: 130, said: ['working', 'stopping'] })
}, 10_000)

test.each(['SIGTERM', 'SIGHUP'] as const)(
  '%s, too, lets the work end',
  async (signal) => {
    const { said } = await run((what, kill) => (what === 'working' ? kill(signal) : kill('SIGKILL')))
    expect(said).toEqual(['working', 'stopping'])
  },
  10_000,
)

describe('a training whose output nobody reads any more', () => {
  const folder = temporaryFolder()
  const data = writeDigits(join(folder, 'data'))
  const model = join(folder, 'model.safetensors')
  const options = ['--epochs', '100000', '--units', '4', '--data', data, '--out', model]

  test('is saved before it ends', async () => {
    const child = spawn(process.execPath, [carousel, 'train', 'mnist', ...options])
    child.stdout.on('data', (text) => {
      if (String(text).includes('1/100000')) child.stdout.destroy()
    })
    let stderr = ''
    child.stderr.on('data', (text) => {
      stderr += text
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(141) // 128 and SIGPIPE
    // nobody pressed it
    expect(stderr).not.toContain('Ctrl-C')
    expect((await loadModel(model)).position?.step).toBeGreaterThan(0)
  }, 30_000)

  test('says so where the disk is full', async () => {
    const full = openSync('/dev/full', 'w')
    const child = spawn(process.execPath, [carousel, 'train', 'mnist', ...options, '--json'], {
      stdio: ['ignore', full, 'pipe'],
    })
    let stderr = ''
    child.stderr?.on('data', (text) => {
      stderr += text
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    closeSync(full)
    expect(code).toBe(1)
    expect(stderr).toContain('standard output: expected a place to write to')
    expect(stderr).not.toContain('    at ')
  }, 30_000)
})

test('the same Ctrl-C twice, from the terminal and from npm, is one', async () => {
  const { code, said } = await run((what, kill) => {
    if (what === 'working') {
      kill('SIGINT')
      kill('SIGINT')
    } else {
      setTimeout(() => kill('SIGKILL'), 500) // By then it would have quit.
    }
  })
  expect({ code, said }).toEqual({ code: null, said: ['working', 'stopping'] })
}, 10_000)
