import { TaskError } from '../errors.ts'
import type { Table } from './columns.ts'

/**
 * The objects in JSON lines, or in one array of JSON, as a table: their keys are the columns, and what one lacks is empty.
 * Numbers and truth values become texts.
 *
 * @throws TaskError with the number of a line that is not an object in JSON
 */
export function readJsonLines(text: string, name: string): Table {
  const objects = text.trimStart().startsWith('[') ? elements(text, name) : lines(text, name)
  const columns = [...new Set(objects.flatMap((object) => [...object.keys()]))]
  return { columns, rows: objects.map((object) => columns.map((column) => object.get(column) ?? '')) }
}

type Fields = ReadonlyMap<string, string>

function lines(text: string, name: string): Fields[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    const place = `${name}, line ${index + 1}`
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
