import { platform } from '#platform'
import { boolean, type Check, checkOptions, show, text } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import type { Callback, EpochLogs, TrainingInfo } from '../training/callbacks.ts'

export interface CsvLoggerOptions {
  /** Between two columns. Default ','. */
  separator?: string
  /** Go on at the end of a file that is there. Default false: it is written anew. */
  append?: boolean
}

const WHERE = 'callbacks.csvLogger'

/** Figures of ours that Keras does not log. */
const TIMES = ['seconds', 'samplesPerSecond']

const isSeparator: Check = (value) =>
  typeof value === 'string' && value.length === 1 && !/["\r\n]/.test(value) ? null : 'one character'

/**
 * Writes a line an epoch into a table as Keras's `CSVLogger` does: epoch, then the figures in the order of their names.
 * Makes missing folders. Node only. With `resume` it goes on at the file's end whatever `append` is; Keras's would write it anew.
 */
export function csvLogger(filename: string, options: CsvLoggerOptions = {}): Callback {
  checkOptions({ where: WHERE, options: { separator: isSeparator, append: boolean } }, options)
  if (text(filename)) throw new OptionError(`${WHERE}: expected the name of a file; got ${show(filename)}`)
  return new CsvLogger(filename, options)
}

class CsvLogger implements Callback {
  readonly #path: string
  readonly #options: CsvLoggerOptions
  #columns: readonly string[] | null = null
  #hasHeader = false

  constructor(path: string, options: CsvLoggerOptions) {
    this.#path = path
    this.#options = options
  }

  async onTrainBegin({ resumed }: TrainingInfo): Promise<void> {
    this.#columns = null
    const size = this.#options.append || resumed ? await platform.sizeOf(this.#path) : null
    this.#hasHeader = (size ?? 0) > 0
    if (this.#hasHeader) return
    await platform.makeFolderFor(this.#path)
    await platform.writeAtomically(this.#path, new Uint8Array(0))
  }

  async onEpochEnd(epoch: number, logs: EpochLogs): Promise<void> {
    const figures: Readonly<Record<string, number>> = logs
    this.#columns ??= columnsOf(figures)
    const rows = this.#hasHeader ? [] : [['epoch', ...this.#columns]]
    this.#hasHeader = true
    rows.push([String(epoch), ...this.#columns.map((name) => String(figures[name] ?? 'NA'))])
    const lines = rows.map((row) => `${row.map((cell) => this.#quoted(cell)).join(this.#separator)}\r\n`)
    await platform.append(this.#path, new TextEncoder().encode(lines.join('')))
  }

  get #separator(): string {
    return this.#options.separator ?? ','
  }

  #quoted(cell: string): string {
    const isPlain = !cell.includes(this.#separator) && !/["\r\n]/.test(cell)
    return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`
  }
}

/** Sorted; with the names of validation figures where the first epoch had none, as a later one may. */
function columnsOf(logs: object): string[] {
  const names = Object.keys(logs)
    .filter((name) => !TIMES.includes(name))
    .sort()
  if (names.some((name) => /^val[A-Z]/.test(name))) return names
  return [...names, ...names.map((name) => `val${name[0].toUpperCase()}${name.slice(1)}`)]
}
