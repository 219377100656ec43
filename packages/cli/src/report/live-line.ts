import type { WriteStream } from 'node:tty'
import cliProgress from 'cli-progress'

/** What the line shows at this moment: how much of it is done (0..1) and the words around a bar. */
export interface Moment {
  done: number
  /** The whole line, with a bar of a length of its choice in it. */
  render(bar: (length: number) => string): string
}

/** One line at the foot of the terminal that is redrawn in place, at most ten times a second. */
export class LiveLine {
  readonly #stream: WriteStream
  readonly #bar: cliProgress.SingleBar
  #moment: Moment | undefined

  constructor(stream: WriteStream) {
    this.#stream = stream
    this.#bar = new cliProgress.SingleBar({
      stream,
      format: (options, params) =>
        this.#moment?.render((length) => draw(length, params.progress, options)) ?? '',
      barCompleteChar: '━',
      barIncompleteChar: '─',
      clearOnComplete: true,
      hideCursor: true,
      // Signals are the command's business: the first Ctrl-C does not end it.
      gracefulExit: false,
    })
    // The last word on a terminal whose cursor is hidden, however the process ends.
    process.once('exit', () => this.clear())
  }

  get columns(): number {
    return this.#stream.columns
  }

  show(moment: Moment): void {
    const begins = this.#moment === undefined
    this.#moment = moment
    if (begins) this.#bar.start(1, moment.done)
    else this.#bar.update(moment.done)
  }

  /** Removes the line, so that a lasting one can take its place. */
  clear(): void {
    if (this.#moment === undefined) return
    this.#moment = undefined
    this.#bar.stop()
  }
}

function draw(length: number, progress: number, options: cliProgress.Options): string {
  return cliProgress.Format.BarFormat(progress, { ...options, barsize: length })
}
