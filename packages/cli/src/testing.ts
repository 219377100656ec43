/** What the command's own tests share: made-up data, and the real program run as a user runs it. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PNG } from 'pngjs'
import { afterAll } from 'vitest'
import wavefile from 'wavefile'

const program = fileURLToPath(new URL('../bin/carousel.js', import.meta.url))

/** A folder that goes when the file's tests are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'carousel-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** Standard output's lines as JSON. */
  events: Event[]
}

export type Event = Record<string, unknown>

interface RunOptions {
  cwd?: string
  env?: Readonly<Record<string, string>>
  input?: string | Uint8Array
  /** Called for every whole line of standard output; may send signals. */
  onLine?: (line: string, kill: (signal: NodeJS.Signals) => void) => void
}

/** Runs `carousel` in a process of its own, away from this machine's data and settings. */
export async function carousel(
  args: readonly string[],
  { cwd, env, input = '', onLine }: RunOptions = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let [stdout, stderr, pending] = ['', '', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const lines = (pending + text).split('\n')
    pending = lines.pop() ?? ''
    for (const line of lines) onLine?.(line, (signal) => child.kill(signal))
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.on('error', () => {}) // A command that refuses its options does not read.
  child.stdin.end(input)
  const [code, signal] = await once(child, 'close')
  return { code, signal, stdout, stderr, events: eventsIn(stdout) }
}

/**
 * The environment in which the program is sent Ctrl-C at a moment of its training that no line of output tells: when
 * `fit` calls this hook for the nth time.
 */
export function ctrlCAt(hook: 'onTrainBatchEnd' | 'onTestBatchEnd', nth: number): Record<string, string> {
  const preload = `
    import { once } from 'node:events'
    import { isMainThread } from 'node:worker_threads'
    if (isMainThread) {
      const { layers, sequential } = await import(${JSON.stringify(import.meta.resolve('@carousel/core'))})
      let model = sequential([layers.dense({ units: 1, inputShape: [1] })])
      while (!Object.hasOwn(model, 'fit')) model = Object.getPrototypeOf(model)
      const { fit } = model
      let left = ${nth}
      const ctrlC = async () => {
        if (--left !== 0) return
        const awake = setInterval(() => {}, 1000)
        process.kill(process.pid, 'SIGINT')
        await once(process, 'SIGINT')
        clearInterval(awake)
      }
      // (x, y, options), or (source of batches, options)
      model.fit = function (...given) {
        const { callbacks, ...options } = given.pop()
        return fit.call(this, ...given, { ...options, callbacks: [...callbacks, { ${hook}: ctrlC }] })
      }
    }`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` }
}

function eventsIn(text: string): Event[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
}

const side = 28

/** Writes four IDX files whose ten classes are bars at ten heights, in noise: learned in a blink. */
export function writeDigits(folder: string, { train = 320, test = 100 } = {}): string {
  mkdirSync(folder, { recursive: true })
  const random = generator(1)
  for (const [part, samples] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const labels = Uint8Array.from({ length: samples }, () => Math.floor(random() * 10))
    const pixels = new Uint8Array(samples * side * side)
    for (const [n, label] of labels.entries()) pixels.set(barOf(label, random), n * side * side)
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), idx([samples, side, side], pixels))
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), idx([samples], labels))
  }
  return folder
}

/** The picture of a class: a bright bar of two rows, and some noise. */
export function barOf(label: number, random: () => number = () => 0.5): Uint8Array {
  return Uint8Array.from({ length: side * side }, (_, at) => {
    const row = Math.floor(at / side)
    return row >> 1 === label + 2 ? 255 : Math.floor(random() * 40)
  })
}

export function idx(shape: readonly number[], bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header.set([0, 0, 8, shape.length])
  for (const [axis, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * axis)
  return Buffer.concat([header, bytes])
}

/** A grey PNG of these bytes, each pixel `scale` by `scale` times. */
export function png(pixels: Uint8Array, width: number, scale = 1): Buffer {
  const height = pixels.length / width
  const picture = new PNG({ width: width * scale, height: height * scale })
  for (let at = 0; at < picture.width * picture.height; at++) {
    const [x, y] = [at % picture.width, Math.floor(at / picture.width)]
    const grey = pixels[Math.floor(y / scale) * width + Math.floor(x / scale)]
    picture.data.set([grey, grey, grey, 255], 4 * at)
  }
  return PNG.sync.write(picture)
}

/** A WAV file of 16 bits, of channels from −1 to 1. */
export function wav(channels: readonly (readonly number[])[], rate = 8000): Uint8Array {
  const file = new wavefile.WaveFile()
  const coded = channels.map((channel) => channel.map((value) => Math.round(value * 32767)))
  file.fromScratch(channels.length, rate, '16', coded.length === 1 ? coded[0] : coded)
  return file.toBuffer()
}

/** Numbers in 0..1, the same in every run (Lehmer's generator). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}
