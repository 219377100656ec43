import { constants } from 'node:os'

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

const stopping = ['SIGINT', 'SIGTERM'] as const

/** One Ctrl-C can come twice: from the terminal, and from an npm that passes on its own copy. */
const echoMs = 150

/**
 * While `work` runs, the first Ctrl-C (or SIGTERM) only aborts its signal, so that it can end in good order;
 * the next one ends the process at once.
 */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  onFirst: () => void,
): Promise<Result> {
  const controller = new AbortController()
  let firstAt = 0
  const listen = (name: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      firstAt = performance.now()
      controller.abort(new Interrupted(name))
      onFirst()
    } else if (performance.now() - firstAt > echoMs) {
      process.exit(exitCodeFor(name))
    }
  }
  for (const name of stopping) process.on(name, listen)
  try {
    return await work(controller.signal)
  } finally {
    for (const name of stopping) process.off(name, listen)
  }
}

const exitCodeFor = (signal: NodeJS.Signals): number => 128 + constants.signals[signal]
