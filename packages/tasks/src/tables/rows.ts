import Papa from 'papaparse'
import { TaskError } from '../errors.ts'

export interface Row {
  /** Where it begins in the file, from 1. */
  line: number
  fields: readonly string[]
}

/** More than any row has: beyond it, a quote that was never closed has swallowed the rest of the file. */
export const LONGEST_ROW = 1 << 24

/** Delimited text cut into rows, those of each piece together; lines with nothing in them are passed over. */
export async function* readRows(
  pieces: AsyncIterable<string>,
  name: string,
  delimiter: string,
): AsyncGenerator<Row[]> {
  let line = 1
  let rest = ''
  for await (const piece of withoutReturns(pieces)) {
    const { rows, cursor, lines } = cut(rest + piece, false)
    rest = (rest + piece).slice(cursor)
    if (rest.length > LONGEST_ROW)
      throw rest.includes('"') ? unclosed(name, line + lines) : endless(name, line + lines)
    if (rows.length > 0) yield rows
    line += lines
  }
  const { rows } = cut(rest, true)
  if (rows.length > 0) yield rows

  function cut(text: string, isLast: boolean): { rows: Row[]; cursor: number; lines: number } {
    const parser = new Papa.Parser({ delimiter, newline: '\n' })
    const { data, errors, meta } = parser.parse(text, 0, !isLast) as Papa.ParseResult<string[]>
    // Only a field in quotes can hold a line's end.
    const isQuoted = text.includes('"')
    let at = line
    const rows: Row[] = []
    for (const [index, fields] of data.entries()) {
      if (errors.length > 0 && errors.some(({ row }) => row === index)) throw unclosed(name, at)
      if (fields.length > 1 || fields[0] !== '') rows.push({ line: at, fields })
      at += 1 + (isQuoted ? endsIn(fields) : 0)
    }
    return { rows, cursor: meta.cursor, lines: at - line }
  }
}

const endsIn = (fields: readonly string[]): number =>
  fields.reduce((sum, field) => sum + (field.includes('\n') ? field.split('\n').length - 1 : 0), 0)

const unclosed = (name: string, line: number) =>
  new TaskError(
    `${name}, line ${line}: expected every quote to be closed, received a field with a stray or unclosed one. ` +
      'A quote inside a field in quotes is written twice.',
  )

const endless = (name: string, line: number) =>
  new TaskError(
    `${name}, line ${line}: expected rows of delimited text, received a line of more than ${LONGEST_ROW.toLocaleString('en')} characters. Is it a table?`,
  )

/** Lines may end in \r\n or \r: from here on all end in \n. */
async function* withoutReturns(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let held = ''
  for await (const piece of pieces) {
    const text = held + piece
    // Its \n may come with the next piece.
    held = text.endsWith('\r') ? '\r' : ''
    const whole = held ? text.slice(0, -1) : text
    yield whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole
  }
  if (held) yield '\n'
}
