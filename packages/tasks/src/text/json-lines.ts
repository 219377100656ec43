import { TaskError } from '../errors.ts'
import type { Table } from './columns.ts'

/**
 * The objects in JSON lines, or in one array of JSON, as a table: their keys are the columns, and what one lacks is empty.
 * Numbers and truth values become texts.
 *
 * @throws TaskError with the number of a line that is not an object in JSON
 */
export function readJsonLines(text: string, name: string): Table {
  const objects = isList(text) ? elements(text, name) : lines(text, name)
  const columns = [...new Set(objects.flatMap((object) => [...object.keys()]))]
  // objects may have keys of their own: a field of every row for each of those would take memory without end
  const column = (place: number) => objects.map((object) => object.get(columns[place]) ?? '')
  return { columns, rows: objects.length, column }
}

/** The objects of JSON lines as they come in, those of each piece together; one array of JSON is one piece. */
export async function* readObjects(pieces: AsyncIterable<string>, name: string): AsyncGenerator<Fields[]> {
  let [rest, line] = ['', 1]
  /** Told by the first character. */
  let isWhole: boolean | undefined
  for await (const piece of pieces) {
    rest += piece
    if (isWhole === undefined && piece.trim() !== '') isWhole = isList(rest)
    if (isWhole !== false || !piece.includes('\n')) continue
    const end = rest.lastIndexOf('\n') + 1
    const whole = rest.slice(0, end)
    yield lines(whole, name, line)
    line += whole.split('\n').length - 1
    rest = rest.slice(end)
  }
  yield isWhole ? elements(rest, name) : lines(rest, name, line)
}

/** By its beginning: one array of all. */
const isList = (text: string): boolean => /^\s*\[/.test(text)

export type Fields = ReadonlyMap<string, string>

/** @param first the number of the text's first line */
function lines(text: string, name: string, first = 1): Fields[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    const place = `${name}, line ${first + index}`
    return [fieldsOf(parse(line, place), place)]
  })
}

function elements(text: string, name: string): Fields[] {
  const whole = parse(text, name)
  return (Array.isArray(whole) ? whole : [whole]).map((element, index) =>
    fieldsOf(element, `${name}, element ${index + 1}`),
  )
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TaskError(
      `${place}: expected an object in JSON, as in {"text": "…", "label": "…"}, received ${excerpt(text)} (${cause instanceof Error ? cause.message : cause}). Write one a line.`,
      { cause },
    )
  }
}

function fieldsOf(value: unknown, place: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TaskError(
      `${place}: expected an object in JSON, as in {"text": "…", "label": "…"}, received ${excerpt(JSON.stringify(value))}.`,
    )
  }
  return new Map(
    Object.entries(value).flatMap(([key, field]) =>
      field === null || typeof field === 'object' ? [] : [[key, String(field)] as const],
    ),
  )
}

const excerpt = (text: string): string => `'${text.trim().slice(0, 40)}${text.trim().length > 40 ? '…' : ''}'`
