import { decode } from '../encoding.ts'
import { TaskError } from '../errors.ts'
import type { DataFile } from '../files.ts'
import { several } from '../report/format.ts'
import { openTable } from '../tables/index.ts'
import { type Columns, chooseColumns, type Table } from './columns.ts'
import { readJsonLines } from './json-lines.ts'
import type { TextSettings } from './settings.ts'

export interface Labelled {
  text: string
  label: string
}

export interface Read {
  samples: Labelled[]
  /** Of a table or JSON lines, where they stood. */
  columns: Columns | null
  /** What was guessed, and what was left out. */
  notes: string[]
}

type Format = Pick<TextSettings, 'textColumn' | 'labelColumn' | 'encoding'>

/**
 * Texts with their classes. One file is a table or JSON lines, by its ending. Of several files, those in folders are one
 * text each, and the folder is the class; else each file is a class with one text a line. The class is then the file's
 * ending where files share their name (`reviews.neg`, `reviews.pos`; files of other names are left out), else its name.
 */
export async function readTexts(files: readonly DataFile[], name: string, format: Format): Promise<Read> {
  if (files.length === 0) throw new TaskError(`${name}: expected files with texts, received none.`)
  const inFolders = files.filter((file) => file.name.includes('/'))
  const read =
    files.length === 1 && inFolders.length === 0
      ? await readOneFile(files[0], format)
      : inFolders.length > 0
        ? await readFolders(inFolders, files.length, format)
        : await readLines(files, format)
  return withoutBlank(read)
}

async function readOneFile(file: DataFile, format: Format): Promise<Read> {
  if (isJsonLines(file.name)) {
    const table = readJsonLines(decode(await file.bytes(), file.name, format.encoding), file.name)
    return labelled(table, file.name, format)
  }
  if (isTable(file.name)) return labelled(await readTable(file, format), file.name, format)
  throw new TaskError(
    `${file.name}: expected a table (.csv, .tsv), JSON lines (.jsonl), a folder with a folder for each class, or one with a file for each class, received a file of another kind.`,
  )
}

async function readTable(file: DataFile, { encoding }: Format): Promise<Table> {
  const { columns, rows } = await openTable(file, { encoding })
  const fields: (readonly string[])[] = []
  for await (const piece of rows()) for (const row of piece) fields.push(row.fields)
  return { columns, rows: fields.length, column: (place) => fields.map((row) => row[place]) }
}

function labelled(table: Table, name: string, format: Format): Read {
  if (table.rows === 0) return { samples: [], columns: null, notes: [] }
  const { places, columns, notes } = chooseColumns(table, name, format)
  const [texts, labels] = places.map(table.column)
  const samples = texts.map((text, row) => ({ text, label: labelIn(labels[row]) }))
  if (samples.some((sample) => sample.label === columns.label)) {
    notes.push(
      `The first row was taken for the names of the columns, but '${columns.label}' is a class as well: are the names missing?`,
    )
  }
  return { samples, columns, notes }
}

/** A folder for each class, a file for each text. */
async function readFolders(files: readonly DataFile[], found: number, { encoding }: Format): Promise<Read> {
  const samples: Labelled[] = []
  for (const file of files) {
    samples.push({
      text: decode(await file.bytes(), file.name, encoding),
      label: labelIn(file.name.slice(0, file.name.lastIndexOf('/'))),
    })
  }
  const others = found - files.length
  const notes = [`Each folder was taken for a class, and each file in it for a text.`]
  if (others > 0) notes.push(`${several(others, 'file')} beside the folders left out.`)
  return { samples, columns: null, notes }
}

/** A file for each class, a line for each text. */
async function readLines(files: readonly DataFile[], { encoding }: Format): Promise<Read> {
  const { named, isEnding } = siblingsOf(files)
  const samples: Labelled[] = []
  const classes: string[] = []
  for (const file of named) {
    const label = labelIn(isEnding ? endingOf(file.name) : stemOf(file.name))
    const lines = decode(await file.bytes(), file.name, encoding)
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
    for (const text of lines) samples.push({ text, label })
    classes.push(label)
  }
  const left = files.filter((file) => !named.includes(file)).map((file) => file.name)
  const notes = [
    `Each file was taken for a class, by its ${isEnding ? 'ending' : 'name'} (${classes.join(', ')}), and each line in it for a text.`,
  ]
  if (left.length > 0)
    notes.push(
      `Left out, as ${left.length > 1 ? 'their names differ' : 'its name differs'}: ${left.join(', ')}.`,
    )
  return { samples, columns: null, notes }
}

/** The most files that share a name and differ in their endings; all, where none do. */
function siblingsOf(files: readonly DataFile[]): { named: readonly DataFile[]; isEnding: boolean } {
  const groups = new Map<string, DataFile[]>()
  for (const file of files) {
    const group = groups.get(stemOf(file.name)) ?? []
    group.push(file)
    groups.set(stemOf(file.name), group)
  }
  const largest = [...groups.values()].reduce((one, other) => (other.length > one.length ? other : one))
  return largest.length > 1 ? { named: largest, isEnding: true } : { named: files, isEnding: false }
}

/** One class, though its é be written as one character in a table and as two in the folders of some systems. */
const labelIn = (written: string): string => written.normalize('NFC').trim()

function withoutBlank(read: Read): Read {
  const samples = read.samples.filter(({ text, label }) => text.trim() !== '' && label !== '')
  const left = read.samples.length - samples.length
  if (left === 0) return read
  const note = `Left out: ${several(left, 'row')} without a text or without a class.`
  return { ...read, samples, notes: [...read.notes, note] }
}

export const isTable = (name: string): boolean => /\.(csv|tsv|tab)$/i.test(name)
export const isJsonLines = (name: string): boolean => /\.(jsonl|ndjson|json)$/i.test(name)

const stemOf = (name: string): string => name.replace(/(?<=.)\.[^.]*$/, '')
const endingOf = (name: string): string => /(?<=.)\.([^.]*)$/.exec(name)?.[1] ?? ''
