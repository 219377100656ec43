import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'

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
