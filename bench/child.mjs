import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Something is not there, and what brings it: rows are reported missing, not failed. */
export class MissingError extends Error {
  constructor(what, remedy = 'npm run bench:install') {
    super(`missing: ${what} (${remedy})`)
  }
}

/** What a peer could not do, while it lives on: the one row is reported failed. */
export class RowError extends Error {}

/**
 * One peer in a process of its own, kept alive between measurements: it then waits for a line on standard input
 * and uses no processor time.
 */
export class Child {
  #process
  #replies
  #lastWords = ''

  constructor(binary, args, { env = {}, cwd } = {}) {
    this.#process = spawn(binary, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#process.on('error', () => {}) // told by the replies' end
    this.#process.stdin.on('error', () => {})
    this.#process.stderr.on('data', (chunk) => {
      this.#lastWords = (this.#lastWords + chunk).slice(-2000)
    })
    this.#replies = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  /** Sends a command and returns the reply; throws where the peer fails, dies or takes too long. */
  async ask(cmd, message = {}, { timeoutSeconds = 180 } = {}) {
    this.#process.stdin.write(`${JSON.stringify({ cmd, ...message })}\n`)
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), timeoutSeconds * 1000)
    try {
      const reply = await this.#nextReply(cmd)
      if (reply.missing) throw new MissingError(reply.missing, reply.remedy)
      if (reply.error) throw new RowError(reply.error)
      return reply
    } finally {
      clearTimeout(timer)
    }
  }

  /** Native libraries may write to standard output too: what is no object is passed over. */
  async #nextReply(cmd) {
    for (;;) {
      const { value, done } = await this.#replies.next()
      if (done) throw new Error(`the process ended or was too slow at '${cmd}'`)
      if (value.startsWith('{')) return JSON.parse(value)
    }
  }

  /** The end of what it wrote to standard error. */
  get lastWords() {
    return this.#lastWords
  }

  stop() {
    this.#process.kill('SIGKILL')
  }
}
