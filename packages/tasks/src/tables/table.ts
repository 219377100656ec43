import { listed } from '../classes.ts'
import { decodePieces } from '../encoding.ts'
import { TaskError } from '../errors.ts'
import type { DataFile } from '../files.ts'
import { several } from '../report/format.ts'
import { guessDelimiter } from './delimiter.ts'
import { type Row, readRows } from './rows.ts'

/** A file of delimited text (CSV, TSV), read piece by piece: a file may be larger than memory. */
export interface Table {
  /** Of the file. */
  readonly name: string
  /** In the file's order, each name once. */
  readonly columns: readonly string[]
  readonly delimiter: string
  /**
   * The rows below the head, in pieces, each with a field for every column; from the first one at every call.
   *
   * @throws TaskError with the line of a row that has another number of fields, and of bytes in another encoding
   */
  rows(): AsyncGenerator<Row[]>
}

export interface TableOptions {
  /** As `TextDecoder` names it. UTF-8, with or without a byte order mark, where nothing is said. */
  encoding?: string
  /** Guessed where nothing is said. */
  delimiter?: string
}

/**
 * Reads a file's head.
 *
 * @throws TaskError for a file without rows, and for a head that names a column twice
 */
export async function openTable(file: DataFile, options: TableOptions = {}): Promise<Table> {
  const { name } = file
  const { encoding } = options
  const text = () => decodePieces(file.stream(), name, encoding)
  const delimiter = options.delimiter ?? guessDelimiter(name, await beginningOf(text()))
  const first = (await firstOf(readRows(text(), name, delimiter)))?.[0]
  if (!first) throw new TaskError(`${name}: expected rows of delimited text, received an empty file.`)
  const columns = first.fields.map((field, index) => field.trim() || `column ${index + 1}`)
  const twice = columns.find((column, index) => columns.indexOf(column) < index)
  if (twice !== undefined) {
    throw new TaskError(
      `${name}: expected a head that names each column once, received '${twice}' twice. Rename one of the two.`,
    )
  }
  return {
    name,
    columns,
    delimiter,
    async *rows() {
      let isHead = true
      for await (const rows of readRows(text(), name, delimiter)) {
        for (const row of rows) if (row.fields.length !== columns.length) refuse(name, row, columns)
        const below = isHead ? rows.slice(1) : rows
        isHead = false
        if (below.length > 0) yield below
      }
    },
  }
}

/**
 * The place of a column.
 *
 * @throws TaskError where there is none of that name, with those there are
 */
export function placeOf({ name, columns }: Pick<Table, 'name' | 'columns'>, column: string): number {
  const place = columns.indexOf(column)
  if (place >= 0) return place
  throw new TaskError(
    `${name}: expected a column named '${column}', received ${listed(columns)}. Name one of these, or give one of them that name.`,
  )
}

function refuse(name: string, { line, fields }: Row, columns: readonly string[]): never {
  const received = `${fields.length} (${fields.slice(0, 3).join(', ')}${fields.length > 3 ? ', …' : ''})`
  throw new TaskError(
    `${name}, line ${line}: expected ${several(columns.length, 'field')}, one for each column, received ${received}. ` +
      'Complete the row or take it out; a field with the delimiter in it has to stand in quotes.',
  )
}

/** Enough of a text to guess by. */
async function beginningOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) {
    text += piece
    if (text.length > 1 << 16) break
  }
  return text
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item
  return undefined
}
