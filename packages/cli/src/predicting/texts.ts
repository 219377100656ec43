import { createReadStream } from 'node:fs'
import type { Model } from '@carousel/core'
import { decodePieces, TaskError, text } from '@carousel/tasks'
import { Failure, UsageError } from '../errors.ts'
import { openConsole, printJson } from '../report/console.ts'
import { percent } from '../report/format.ts'
import type { PredictOptions } from './options.ts'

/** Tells the classes of texts: those of --text, and one a line in files or, where nothing is named, on standard input. */
export async function predictTexts(
  model: Model,
  inputs: readonly string[],
  { text: given = [], encoding, limit = Number.POSITIVE_INFINITY, json }: PredictOptions,
): Promise<void> {
  const sources = inputs.length > 0 || given.length > 0 ? inputs : ['-']
  if (sources.includes('-') && process.stdin.isTTY) {
    throw new UsageError(
      "expected texts to read, received none. Give one with --text '…', name a file, or pipe one text a line to standard input.",
    )
  }
  const table = sources.find((source) => /\.(csv|tsv|tab|jsonl?|ndjson)$/i.test(source))
  if (table !== undefined) {
    throw new UsageError(
      `predict: expected files with one text a line, received the table ${table}, whose rows hold more than a text. Write its texts into a .txt, one a line; a table with classes is measured by: npx carousel evaluate MODEL ${table}`,
    )
  }
  const tell = json ? tellJson : tellLine
  let left = limit
  const read = async (lines: readonly Line[]) => {
    const some = lines.filter((line) => line.text.trim() !== '').slice(0, left)
    left -= some.length
    const predictions = await text.predict(
      model,
      some.map((line) => line.text),
    )
    for (const [n, prediction] of predictions.entries()) tell(some[n], prediction)
  }
  const typed = given.map((own, index) => ({ source: '--text', index, text: own }))
  if (typed.some((line) => line.text.trim() === '')) {
    throw new UsageError("--text: expected a text, received none. For example: --text 'a film to remember'")
  }
  await read(typed)
  for (const source of sources) {
    if (left === 0) return
    for await (const lines of linesOf(source, encoding)) {
      await read(lines)
      if (left === 0) return
    }
  }
}

interface Line {
  source: string
  /** From 0. */
  index: number
  text: string
}

/** The lines of a file, or of standard input where it is '-', as they come in: a pipe is answered line by line. */
async function* linesOf(file: string, encoding: string | undefined): AsyncIterable<Line[]> {
  const source = file === '-' ? 'stdin' : file
  const bytes = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 14 })
  let index = 0
  /** Of a line whose end has not come yet: its pieces, joined once. */
  let rest: string[] = []
  const take = (texts: readonly string[]) =>
    texts.map((own) => ({ source, index: index++, text: own.replace(/\r$/, '') }))
  try {
    for await (const piece of decodePieces(bytes, source, encoding)) {
      const [first, ...texts] = piece.split('\n')
      rest.push(first)
      if (texts.length === 0) continue
      texts.unshift(rest.join(''))
      rest = [texts.pop() ?? '']
      yield take(texts)
    }
  } catch (error) {
    if (error instanceof TaskError) throw error
    const reason = error instanceof Error ? error.message : error
    throw new Failure(`${source}: expected a file to read, received none (${reason}). Is the name right?`)
  }
  const last = rest.join('')
  if (last !== '') yield take([last])
  if (index === 0) throw new Failure(`${source}: expected one text a line, received nothing.`)
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
