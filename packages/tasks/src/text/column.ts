import type { Model } from '@carousel/core'
import { checkNames } from '../checks.ts'
import { decodePieces } from '../encoding.ts'
import { TaskError } from '../errors.ts'
import type { DataFile } from '../files.ts'
import { openTable, placeOf } from '../tables/index.ts'
import { readObjects } from './json-lines.ts'
import { preparationOf } from './preparation.ts'
import { isJsonLines, isTable } from './read.ts'

/** Where texts stand in files that a model is to tell the classes of. */
export interface ColumnOptions {
  /** The column with the texts; left out: the one that the model was trained on. */
  textColumn?: string
  encoding?: string
}

/** Whether a file's rows hold more than a text, by its name. */
export const hasColumns = (name: string): boolean => isTable(name) || isJsonLines(name)

/**
 * The texts in one column of a table (read piece by piece), or under one key of JSON lines, in the order of the rows.
 *
 * @throws TaskError where there is no such column, or where neither options nor model name one
 */
export async function* textsIn(
  file: DataFile,
  model: Model,
  options: ColumnOptions = {},
): AsyncGenerator<string[]> {
  checkNames(options, ['textColumn', 'encoding'])
  const { textColumn, encoding } = options
  const column = textColumn ?? preparationOf(model).columns?.text
  if (column === undefined) {
    throw new TaskError(
      `${file.name}: expected to know in which column the texts stand, received a model that was trained on other files than tables. Name it: --text-column.`,
    )
  }
  if (isJsonLines(file.name)) yield* underKey(column, file, encoding)
  else yield* inColumn(column, file, encoding)
}

/** What an object lacks is an empty text. */
async function* underKey(key: string, file: DataFile, encoding?: string): AsyncGenerator<string[]> {
  const keys = new Set<string>()
  for await (const objects of readObjects(decodePieces(file.stream(), file.name, encoding), file.name)) {
    for (const object of objects) for (const own of object.keys()) keys.add(own)
    yield objects.map((object) => object.get(key) ?? '')
  }
  if (keys.size > 0 && !keys.has(key)) placeOf({ name: file.name, columns: [...keys] }, key)
}

async function* inColumn(column: string, file: DataFile, encoding?: string): AsyncGenerator<string[]> {
  const table = await openTable(file, { encoding })
  const place = placeOf(table, column)
  for await (const rows of table.rows()) yield rows.map(({ fields }) => fields[place])
}
