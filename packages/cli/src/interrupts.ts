import { constants } from 'node:os'
import { Failure } from './errors.ts'

/** A command that stopped because it was told to, having said all there is to say. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  /** The shell's convention: 128 and the number of the signal, so 130 for Ctrl-C. */
  readonly exitCode: number

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`)
    this.exitCode = exitCodeFor(signal)
  }
}

/** Ctrl-C, a polite kill, and a terminal that is closed. */
const stopping = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** One Ctrl-C can come twice: from the terminal, and from an npm that passes on its own copy. */
const echoMs = 150

/**
 * Ends in good order what is running, for this reason; undefined while nothing runs that could lose anything. Whether
 * somebody asked for it, who is then told how to stop at once.
 */
let stop: ((reason: Error, isAsked: boolean) => void) | undefined

/**
 * While `work` runs, the first Ctrl-C (or SIGTERM, or SIGHUP) only aborts its signal, so that it can end in good order;
 * the next one ends the process at once.
 */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  onFirst: () => void,
): Promise<Result> {
  const controller = new AbortController()
  let firstAt = 0
  stop = (reason, isAsked) => {
    if (controller.signal.aborted) return
    firstAt = performance.now()
    controller.abort(reason)
    if (isAsked) onFirst()
  }
  const listen = (name: NodeJS.Signals) => {
    if (!controller.signal.aborted) stop?.(new Interrupted(name), true)
    else if (performance.now() - firstAt > echoMs) process.exit(exitCodeFor(name))
  }
  for (const name of stopping) process.on(name, listen)
  try {
    return await work(controller.signal)
  } finally {
    stop = undefined
    for (const name of stopping) process.off(name, listen)
  }
}

/**
 * Outputs can fail at any time. `carousel predict … | head` closes standard output early, which is no failure worth a
 * word; a full disk is one. Either ends the command, but a training not before it is saved. Remarks on standard error
 * that nobody can read are no reason to stop.
 */
export function watchOutputs(): void {
  process.stderr.on('error', () => {})
  // After the first failure everything that is still written fails.
  process.stdout.on('error', () => {})
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    const closed = error.code === 'EPIPE'
    const failure = new Failure(
      `standard output: expected a place to write to, received a refusal (${error.message}). Write to another.`,
    )
    if (stop) {
      stop(closed ? new Interrupted('SIGPIPE') : failure, false)
    } else {
      if (!closed) process.stderr.write(`carousel: ${failure.message}\n`)
      process.exit(closed ? 0 : 1)
    }
  })
}

const exitCodeFor = (signal: NodeJS.Signals): number => 128 + constants.signals[signal]
