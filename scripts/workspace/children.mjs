import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { inRoot, root } from './paths.mjs'

/** The shell's convention: a process ended by signal N counts as exit code 128 + N. */
const exitCode = (code, signal) => (signal ? 128 + constants.signals[signal] : code)

/**
 * Runs a Node program in this terminal and resolves to its exit code.
 *
 * A Ctrl-C goes from the terminal to every process in the foreground, the child among them, and npm sends its own copy
 * of the signal on to us. So in a terminal we only wait: passing ours on as well would look like a second Ctrl-C to the
 * child. Without a terminal nobody but us has heard the signal, and it is passed on, once.
 */
export function runNode(args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
  const passed = new Set()
  const handle = (signal) => {
    if (passed.has(signal)) return
    passed.add(signal)
    setTimeout(() => passed.delete(signal), 300).unref()
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, handle)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(exitCode(code, signal)))
  })
}

/** Runs a Node program to its end and returns what `capture` does. */
export function captureNode(args, options) {
  return capture(process.execPath, args, options)
}

/**
 * Runs a program to its end. `stdout` is what a program may read, `output` what a person should see of both streams;
 * `error` is set where it could not be started at all.
 */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  })
  return {
    code: result.error ? 1 : exitCode(result.status, result.signal),
    stdout: result.stdout || '',
    output: `${result.stdout || ''}${result.stderr || ''}`.trim(),
    error: result.error,
  }
}

/** The path of an installed tool's program. */
export const tool = (...path) => inRoot('node_modules', ...path)
