import { listed } from '../classes.ts'
import { TaskError } from '../errors.ts'

/** Rows of texts under the names of their columns. */
export interface Table {
  columns: readonly string[]
  /** How many. */
  rows: number
  /** The fields of all rows in one column, by its place. */
  column(place: number): string[]
}

/** Their names. A type, not an interface, so that it counts as JSON: they are kept in the model's file. */
export type Columns = { text: string; label: string }

const USUAL_NAMES = {
  text: ['text', 'sentence', 'review', 'content', 'comment', 'message', 'body', 'tweet', 'phrase', 'title'],
  label: ['label', 'class', 'category', 'sentiment', 'target', 'polarity', 'topic', 'rating', 'stars', 'y'],
}
const CHINESE_NAMES = {
  text: ['文本', '内容', '评论', '句子', '正文', '标题'],
  label: ['标签', '类别', '分类', '情感', '类型'],
}

/**
 * Which column holds the texts, and which their classes: as named; else by their usual names; else the texts are where
 * the most stands in words, so that dates and numbers are none, and the classes where the fewest are different, more than
 * one.
 *
 * @throws TaskError where a column that was named is not there, or where there is none to guess
 */
export function chooseColumns(
  table: Table,
  name: string,
  { textColumn, labelColumn }: { textColumn: string | null; labelColumn: string | null },
): { places: readonly [text: number, label: number]; columns: Columns; notes: string[] } {
  const named = {
    text: find(table, name, textColumn, 'text'),
    label: find(table, name, labelColumn, 'label'),
  }
  const label = named.label ?? usual(table, 'label', named.text)
  const text = named.text ?? usual(table, 'text', label) ?? wordiest(table, label)
  const found = label ?? fewest(table, text)
  if (text === undefined || found === undefined || text === found) {
    throw new TaskError(
      `${name}: expected a column with texts and one with their classes, received ${shown(table)}. Name them: --text-column, --label-column.`,
    )
  }
  const guessed = [
    ...(named.text === undefined ? [`the texts in '${table.columns[text]}' (--text-column)`] : []),
    ...(named.label === undefined ? [`the classes in '${table.columns[found]}' (--label-column)`] : []),
  ]
  const notes = guessed.length > 0 ? [`Guessed, of ${shown(table)}: ${guessed.join(', ')}.`] : []
  const columns = { text: table.columns[text], label: table.columns[found] }
  return { places: [text, found], columns, notes }
}

function find(table: Table, name: string, column: string | null, kind: 'text' | 'label'): number | undefined {
  if (column === null) return undefined
  const found = table.columns.indexOf(column)
  if (found >= 0) return found
  throw new TaskError(
    `${name}: expected a column '${column}', received ${shown(table)}. Give one of them that name or, to train, name another: --${kind}-column.`,
  )
}

function usual({ columns }: Table, kind: 'text' | 'label', taken: number | undefined): number | undefined {
  for (const name of [...USUAL_NAMES[kind], ...CHINESE_NAMES[kind]]) {
    const found = columns.findIndex((column) => column.trim().toLowerCase() === name)
    if (found >= 0 && found !== taken) return found
  }
  return undefined
}

/** Letters beside each other: those in 2024-01-31T12:00Z, 1e5 and 2024年1月31日 stand alone. */
const WORDS = /[\p{L}\p{M}]{2,}/gu

function wordiest({ columns, rows, column }: Table, taken: number | undefined): number | undefined {
  const letters = columns.map((_, at) =>
    column(at).reduce((sum, field) => sum + (field.match(WORDS) ?? []).join('').length, 0),
  )
  // an NA here and there makes no text of a column of numbers
  return best(
    letters.map((sum) => (sum > rows ? sum : Number.NEGATIVE_INFINITY)),
    taken,
  )
}

function fewest({ columns, column }: Table, taken: number | undefined): number | undefined {
  const kinds = columns.map((_, at) => new Set(column(at)).size)
  return best(
    kinds.map((kind) => (kind > 1 ? -kind : Number.NEGATIVE_INFINITY)),
    taken,
  )
}

/** The place of the largest value, none where nothing is finite. */
function best(values: readonly number[], taken: number | undefined): number | undefined {
  let found: number | undefined
  for (const [at, value] of values.entries()) {
    if (at !== taken && Number.isFinite(value) && (found === undefined || value > values[found])) found = at
  }
  return found
}

const shown = ({ columns }: Table): string =>
  columns.length === 1
    ? `the one column '${columns[0]}'`
    : `the columns ${listed(columns.map((name) => `'${name}'`))}`
