import { createReadStream } from 'node:fs'
import type { Model } from '@carousel/core'
import { decodePieces, openFiles, TaskError, text } from '@carousel/tasks'
import { Failure, UsageError } from '../errors.ts'
import { openConsole, printJson } from '../report/console.ts'
import { percent } from '../report/format.ts'
import type { PredictOptions } from './options.ts'

/** Tells the classes of texts: those of --text, of files and, where nothing is named, of standard input. */
export async function predictTexts(
  model: Model,
  inputs: readonly string[],
  { text: given = [], textColumn, encoding, limit = Number.POSITIVE_INFINITY, json }: PredictOptions,
): Promise<void> {
  const sources = inputs.length > 0 || given.length > 0 ? inputs : ['-']
  if (sources.includes('-') && process.stdin.isTTY) {
    throw new UsageError(
      "expected texts to read, received none. Give one with --text '…', name a file, or pipe one text a line to standard input.",
    )
  }
  if (encoding !== undefined && sources.length === 0) {
    throw new UsageError(
      '--encoding: expected with files or standard input, received with --text alone, which is read as typed. Leave it out.',
    )
  }
  if (textColumn !== undefined && !sources.some(text.hasColumns)) {
    throw new UsageError(
      '--text-column: expected with a table or JSON lines, by their endings (.csv, .tsv, .jsonl), received none. Leave it out.',
    )
  }
  const predict = text.predictor(model)
  const tell = json ? tellJson : tellLine
  let left = limit
  const read = async (lines: readonly Line[]) => {
    const some = lines.filter((line) => line.text.trim() !== '').slice(0, left)
    left -= some.length
    const predictions = await predict(some.map((line) => line.text))
    for (const [n, prediction] of predictions.entries()) tell(some[n], prediction)
  }
  const typed = given.map((own, index) => ({ source: '--text', index, text: own }))
  if (typed.some((line) => line.text.trim() === '')) {
    throw new UsageError("--text: expected a text, received none. For example: --text 'a film to remember'")
  }
  await read(typed)
  for (const source of sources) {
    if (left === 0) return
    let index = 0
    for await (const texts of textsOf(source, model, { textColumn, encoding })) {
      await read(texts.map((own) => ({ source: nameOf(source), index: index++, text: own })))
      if (left === 0) return
    }
    if (index === 0) throw new Failure(`${nameOf(source)}: expected texts, received nothing.`)
  }
}

interface Line {
  source: string
  /** From 0. */
  index: number
  text: string
}

const nameOf = (source: string) => (source === '-' ? 'stdin' : source)

/** Texts as they come in: a table's column, or else every line. */
async function* textsOf(source: string, model: Model, options: text.ColumnOptions): AsyncGenerator<string[]> {
  if (!text.hasColumns(source)) yield* linesOf(source, options.encoding)
  else for (const file of await openFiles(source)) yield* text.textsIn(file, model, options)
}

/** The lines of a file, or of standard input where it is '-': a pipe is answered line by line. */
async function* linesOf(file: string, encoding: string | undefined): AsyncGenerator<string[]> {
  const bytes = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 14 })
  /** Of a line whose end has not come yet: its pieces, joined once. */
  let rest: string[] = []
  const withoutReturn = (line: string) => line.replace(/\r$/, '')
  try {
    for await (const piece of decodePieces(bytes, nameOf(file), encoding)) {
      const [first, ...texts] = piece.split('\n')
      rest.push(first)
      if (texts.length === 0) continue
      texts.unshift(rest.join(''))
      rest = [texts.pop() ?? '']
      yield texts.map(withoutReturn)
    }
  } catch (error) {
    if (error instanceof TaskError) throw error
    const reason = error instanceof Error ? error.message : error
    throw new Failure(
      `${nameOf(file)}: expected a file to read, received none (${reason}). Is the name right?`,
    )
  }
  const last = rest.join('')
  if (last !== '') yield [withoutReturn(last)]
}

function tellJson({ source, index }: Line, prediction: text.Prediction): void {
  const { text: own, ...told } = prediction
  printJson({ input: source, index, text: own, ...told })
}

function tellLine(_: Line, { text: own, label, probability, unknownShare }: text.Prediction): void {
  const { print, style, width } = openConsole()
  const line = own.trim().replace(/\s+/g, ' ')
  const room = Math.max(40, width - label.length - 14)
  const shown = line.length > room ? `${line.slice(0, room - 1)}…` : line
  print(`${style('bold', label)}  ${percent(probability).padStart(8)}  ${style('dim', shown)}`)
  if (unknownShare > 0.5) {
    print(
      `  ${style('dim', `${percent(unknownShare, 0)} of its words are unknown to the model: the answer means little`)}`,
    )
  }
}
