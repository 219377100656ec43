import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The repository, seen from `test/dist/conformance/`, where this runs. */
const root = new URL('../../../', import.meta.url)

/** A file of this repository. */
export const inRepository = (path: string) => fileURLToPath(new URL(path, root))

/** The Python that holds the real libraries; its environment is made where it is missing. */
export function python(): string {
  const script = inRepository('scripts/python-env.mjs')
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  return execFileSync(process.execPath, [script], { encoding: 'utf8', stdio }).trim()
}

interface Waiting {
  resolve(reply: Reply): void
  reject(error: Error): void
}

/** The first line says `ready`, every later one answers a question. */
interface Reply {
  ready?: boolean
  ok?: boolean
  error?: { type: string; message: string }
}

/** How much of what a peer printed goes into the error when it dies. */
const LAST_WORDS = 2000

/**
 * A Python script that answers one line of JSON with one line of JSON, in order.
 * `Question` and `Answer` are what that script documents; a question it cannot answer rejects with its own words.
 */
export class Peer<Question extends object, Answer extends object> {
  readonly #process: ChildProcess
  readonly #waiting: Waiting[] = []
  #printed = ''

  private constructor(script: string) {
    this.#process = spawn(python(), [inRepository(script)], { stdio: ['pipe', 'pipe', 'pipe'] })
    const { stdout, stderr } = this.#process
    if (stdout) createInterface({ input: stdout }).on('line', (line) => this.#receive(line))
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#printed = (this.#printed + text).slice(-LAST_WORDS)
    })
    this.#process.on('error', (error) => this.#end(error.message))
    this.#process.on('close', (code) => this.#end(`it ended with exit code ${code}`))
    this.#process.stdin?.on('error', () => {}) // a peer that has died is told of by 'close'
  }

  /** Starts a script of `test/conformance/` and waits until it has loaded its libraries. */
  static async start<Question extends object, Answer extends object>(script: string) {
    const peer = new Peer<Question, Answer>(`test/conformance/${script}`)
    await peer.#next()
    return peer
  }

  async ask(question: Question): Promise<Answer> {
    const reply = this.#next()
    this.#process.stdin?.write(`${JSON.stringify(question)}\n`)
    const answer = await reply
    if (answer.ok) return answer as Answer
    throw new Error(`the peer answered: ${answer.error?.type}: ${answer.error?.message}`)
  }

  /** Ends its input, and with it the peer. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#process.exitCode !== null) return resolve()
      this.#process.once('close', () => resolve())
      this.#process.stdin?.end()
    })
  }

  #next(): Promise<Reply> {
    if (this.#process.exitCode !== null) return Promise.reject(this.#death('it has ended'))
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  #receive(line: string) {
    this.#waiting.shift()?.resolve(JSON.parse(line) as Reply)
  }

  #end(reason: string) {
    for (const { reject } of this.#waiting.splice(0)) reject(this.#death(reason))
  }

  #death(reason: string) {
    return new Error(`the Python peer gave no answer: ${reason}\n${this.#printed}`)
  }
}
