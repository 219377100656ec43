import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import type { Model } from '@carousel/core'
import { type DataFile, decodePieces, heldFile, openFiles, TaskError, tables, text } from '@carousel/tasks'
import { Failure, UsageError } from '../errors.ts'
import { type Console, openConsole, printJson } from '../report/console.ts'
import { longest, percent, several } from '../report/format.ts'
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
  const isTable = (source: string) => text.hasColumns(source) || (source === '-' && textColumn !== undefined)
  if (textColumn !== undefined && !sources.some(isTable)) {
    throw new UsageError(
      '--text-column: expected with a table or JSON lines, by their endings (.csv, .tsv, .jsonl) or on standard input, received neither. Leave it out.',
    )
  }
  const blank = given.findIndex((own) => own.trim() === '')
  if (blank >= 0) {
    throw new UsageError(
      `--text: expected a text, received none as number ${blank + 1}. For example: --text 'a film to remember'`,
    )
  }
  const console = openConsole()
  const predict = text.predictor(model)
  const tell = json ? tellJson : tellLine(model, console)
  let left = limit
  const read = async (lines: readonly Line[]) => {
    const some = lines.filter((line) => line.text.trim() !== '').slice(0, left)
    left -= some.length
    const predictions = await predict(some.map((line) => line.text))
    for (const [n, prediction] of predictions.entries()) tell(some[n], prediction)
    return some.length
  }
  await read(given.map((own, index) => ({ source: '--text', index, text: own })))
  for (const source of sources) {
    if (left === 0) return
    const name = source === '-' ? 'stdin' : source
    let [index, told] = [0, 0]
    const pieces = isTable(source)
      ? tableTexts(source, model, { textColumn, encoding })
      : linesOf(source, name, encoding)
    for await (const texts of pieces) {
      if (index === 0 && !isTable(source)) noteOnTable(texts[0], name, model, console)
      told += await read(texts.map((own) => ({ source: name, index: index++, text: own })))
      if (left === 0) return
    }
    if (told === 0)
      throw new Failure(`${name}: expected texts, received ${index > 0 ? 'blank ones alone' : 'nothing'}.`)
    if (isTable(source) && told < index)
      console.note(`${name}: left out, ${several(index - told, 'row')} without a text.`)
  }
}

/** Lines of a table are told apart as any others, their commas and classes included: is that meant? */
function noteOnTable(first: string, name: string, { preparation }: Model, { note }: Console): void {
  const column = text.isTextPreparation(preparation) ? preparation.columns?.text : undefined
  const isHead = column !== undefined && first.split(/[,;\t|]/).some((field) => field.trim() === column)
  if (!isHead && !/^\s*\{.*\}\s*$/.test(first)) return
  note(
    `${name} looks like a table, but each of its lines is read as one text. Name it .csv or .jsonl, or pipe it in with --text-column.`,
  )
}

interface Line {
  source: string
  /** From 0. */
  index: number
  text: string
}

/** The texts of a table's column, or of JSON lines. */
async function* tableTexts(
  source: string,
  model: Model,
  options: text.ColumnOptions,
): AsyncGenerator<string[]> {
  const files = source === '-' ? [await standardInput()] : await openFiles(source)
  for (const file of files) yield* text.textsIn(file, model, options)
}

/** Held, since a table is read more than once: its head first. */
async function standardInput(): Promise<DataFile> {
  const bytes = await buffer(process.stdin)
  // a byte order mark is no part of it, nor are the zeros of UTF-16
  const beginning = bytes
    .toString('latin1', 0, 64)
    .replace(/^(ï»¿|ÿþ|þÿ)/, '')
    .replaceAll('\0', '')
  const kind = /^\s*[[{]/.test(beginning) ? 'jsonl' : 'csv'
  return heldFile(`stdin.${kind}`, async () => bytes)
}

/** The lines of a file, or of standard input where it is '-': a pipe is answered line by line. */
async function* linesOf(file: string, name: string, encoding: string | undefined): AsyncGenerator<string[]> {
  const bytes = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 14 })
  /** Of a line whose end has not come yet: its pieces, joined once. */
  let rest: string[] = []
  let [held, ended] = [0, 0]
  const withoutReturn = (line: string) => line.replace(/\r$/, '')
  try {
    for await (const piece of decodePieces(bytes, name, encoding)) {
      const [first, ...texts] = piece.split('\n')
      rest.push(first)
      held += first.length
      if (held > tables.LONGEST_ROW) throw endless(name, ended + 1)
      if (texts.length === 0) continue
      texts.unshift(rest.join(''))
      rest = [texts.pop() ?? '']
      held = rest[0].length
      ended += texts.length
      yield texts.map(withoutReturn)
    }
  } catch (error) {
    if (error instanceof TaskError) throw error
    const reason = error instanceof Error ? error.message : error
    throw new Failure(`${name}: expected a file to read, received none (${reason}). Is the name right?`)
  }
  const last = rest.join('')
  if (last !== '') yield [withoutReturn(last)]
}

const endless = (name: string, line: number) =>
  new TaskError(
    `${name}, line ${line}: expected a text a line, received a line of more than ${tables.LONGEST_ROW.toLocaleString('en')} characters. Is it a text? Write it in several lines.`,
  )

function tellJson({ source, index }: Line, prediction: text.Prediction): void {
  const { text: own, ...told } = prediction
  printJson({ input: source, index, text: own, ...told })
}

/** Answers stand below each other, where the names of the classes are not all too long for that. */
const WIDEST_LABEL = 20

function tellLine({ labels }: Model, { print, style, width }: Console) {
  const labelWidth = Math.min(WIDEST_LABEL, longest(labels ?? []))
  return (_: Line, { text: own, label: found, probability, unknownShare }: text.Prediction): void => {
    const label = found.padEnd(labelWidth)
    const line = own.trim().replace(/\s+/g, ' ')
    const room = Math.max(40, width - label.length - 14)
    const shown = line.length > room ? `${line.slice(0, room - 1)}…` : line
    print(`${style('bold', label)}  ${percent(probability).padStart(8)}  ${style('dim', shown)}`)
    if (unknownShare <= 0.5) return
    const share = percent(unknownShare, 0)
    print(`  ${style('dim', `${share} of its words are unknown to the model: the answer means little`)}`)
  }
}
