import type { WriteStream } from 'node:tty'
import { styleText } from 'node:util'
import { printable } from './format.ts'

type Format = Parameters<typeof styleText>[0]

/**
 * Where a command writes: results to standard output, all else to standard error. Colours only where the stream is a
 * terminal that wants them (`NO_COLOR`, `TERM=dumb`), and a moving line only where there is a terminal to move it in.
 */
export interface Console {
  /** One lasting line (or several) on standard output. */
  print(text?: string): void
  /** A remark beside the results, on standard error. */
  note(text: string): void
  style(format: Format, text: string): string
  /** The terminal for a moving line, if there is one. */
  readonly live: WriteStream | undefined
  /** Columns of the terminal, or a good width without one. */
  readonly width: number
  readonly colour: boolean
}

const widthWithoutTerminal = 100

export function openConsole(): Console {
  const { stdout, stderr } = process
  const colour = stdout.isTTY === true && stdout.hasColors()
  return {
    print: (text = '') => void stdout.write(`${printable(text)}\n`),
    note,
    style: (format, text) => (colour ? styleText(format, text, { validateStream: false }) : text),
    live: stderr.isTTY && process.env.TERM !== 'dumb' ? stderr : undefined,
    get width() {
      return stdout.columns || widthWithoutTerminal
    },
    colour,
  }
}

/** A remark on standard error. */
export const note = (text: string): void => void process.stderr.write(`${printable(text)}\n`)

/** One JSON object a line. JSON has no NaN and writes null for it, which would be a made-up answer: so it is a text. */
export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, finiteOrText)}\n`)
}

const finiteOrText = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
