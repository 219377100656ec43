import { inOrder, listed } from '../classes.ts'
import { TaskError } from '../errors.ts'
import { notesOnFewUpdates } from '../few-updates.ts'
import { checksumOf, type DataFile } from '../files.ts'
import { notesOnLearned, type TaskData, type Trained } from '../job.ts'
import { count, several } from '../report/format.ts'
import { stratifiedSplit } from '../stratified.ts'
import type { Columns } from './columns.ts'
import { preparationOf } from './preparation.ts'
import { type Labelled, readTexts } from './read.ts'
import { defaults, type TextSettings } from './settings.ts'

/** Texts and their classes, by number. */
export interface TextSamples {
  texts: readonly string[]
  labels: Int32Array
}

/** Texts, split into what is learned from, what watches the learning, and what is kept back. */
export interface TextData extends TaskData {
  classes: readonly string[]
  /** Of a table or JSON lines, where texts and classes stood. */
  columns: Columns | null
  train: TextSamples
  validation: TextSamples
  test: TextSamples
}

/**
 * Reads texts and splits them by the settings' seed.
 *
 * @param name what people call the data
 * @throws TaskError where there are not at least two classes with two texts each
 */
export async function load(
  files: readonly DataFile[],
  name: string,
  settings: TextSettings,
): Promise<TextData> {
  const { samples, columns, notes } = await readTexts(files, name, settings)
  refuseColumns(columns, name, settings)
  const classes = classesOf(samples, name)
  const all = samplesOf(samples, classes)
  const { testShare, validationShare, seed, limit } = settings
  const outer = stratifiedSplit(all.labels, testShare, seed)
  const learned = part(all, outer.kept)
  const inner = stratifiedSplit(learned.labels, validationShare, seed)
  const train = part(learned, inner.kept.slice(0, limit ?? undefined))
  const validation = part(learned, inner.held)
  const test = part(all, outer.held)
  const watching = validation.texts.length > 0 ? `, ${count(validation.texts.length)} to watch it` : ''
  return {
    classes,
    columns,
    train,
    validation,
    test,
    identity: {
      name,
      verified: false,
      sha256: [await checksumOf(files)],
      trainSamples: train.texts.length,
      testSamples: test.texts.length,
    },
    description:
      `${several(all.texts.length, 'text')} in ${count(classes.length)} classes (${mixOf(all.labels, classes)}), split by seed ${seed} with the classes ` +
      `mixed alike in each part: ${count(train.texts.length)} to train on${watching}, ${count(test.texts.length)} to test`,
    notes: [
      ...notes,
      ...noteOfAlike(classes),
      ...noteOfUntested(test, classes),
      ...notesOnFewUpdates(train.texts.length, ['text', 'texts'], settings, defaults),
    ],
  }
}

/** Where files and folders tell the classes, there are no columns to name. */
function refuseColumns(
  columns: Columns | null,
  name: string,
  { textColumn, labelColumn }: TextSettings,
): void {
  const named = textColumn ?? labelColumn
  if (columns !== null || named === null) return
  throw new TaskError(
    `${name}: expected a table or JSON lines with a column '${named}', received none, but files whose names tell the classes. Leave out --text-column and --label-column.`,
  )
}

/** Good and good, or good and good!, are hardly meant to be two. */
function noteOfAlike(classes: readonly string[]): string[] {
  const groups = new Map<string, string[]>()
  for (const label of classes) {
    const key = label.toLowerCase().replace(/(?<=[^.!?…。！？])[.!?…。！？]+$/u, '')
    groups.set(key, [...(groups.get(key) ?? []), label])
  }
  const alike = [...groups.values()]
    .filter(({ length }) => length > 1)
    .map((own) => own.map((label) => `'${label}'`).join(', '))
  if (alike.length === 0) return []
  return [
    `Classes that differ in case, or in the mark at their end, alone are different ones: ${alike.slice(0, 3).join('; ')}${alike.length > 3 ? '; …' : ''}.`,
  ]
}

/** A class of one text has none to spare for the test: no figure tells how well it is known. */
function noteOfUntested({ labels }: TextSamples, classes: readonly string[]): string[] {
  const tested = new Set(labels)
  const untested = classes.filter((_, index) => !tested.has(index))
  if (untested.length === 0) return []
  return [
    `Never tested, for want of a second text: the ${untested.length > 1 ? 'classes' : 'class'} ${listed(untested)}.`,
  ]
}

/**
 * All texts of other files to test on, in the classes of a model.
 *
 * @throws TaskError where a text is of a class that the model does not know
 */
export async function loadNew(
  files: readonly DataFile[],
  name: string,
  { model, settings, learned }: Trained<TextSettings, TextData>,
): Promise<TextData> {
  const classes = model.labels ?? []
  const known = preparationOf(model).columns
  const { samples, columns, notes } = await readTexts(files, name, {
    ...settings,
    textColumn: known?.text ?? settings.textColumn,
    labelColumn: known?.label ?? settings.labelColumn,
  })
  if (samples.length === 0) throw nothing(name)
  const stranger = samples.find(({ label }) => !classes.includes(label))
  if (stranger) {
    throw new TaskError(
      `${name}: expected texts of the classes ${listed(classes)}, which the model knows, received one of the class '${stranger.label}'. Leave those out, or train on all.`,
    )
  }
  const test = samplesOf(samples, classes)
  const none = part(test, [])
  return {
    classes,
    columns,
    train: learned?.train ?? none,
    validation: none,
    test,
    identity: {
      name,
      verified: false,
      sha256: [await checksumOf(files)],
      trainSamples: 0,
      testSamples: test.texts.length,
    },
    description: `${several(samples.length, 'text')} (${mixOf(test.labels, classes)}), all to test on`,
    notes: [...notes, ...notesOnLearned(learned)],
  }
}

function classesOf(samples: readonly Labelled[], name: string): string[] {
  if (samples.length === 0) throw nothing(name)
  const counts = new Map<string, number>()
  for (const { label } of samples) counts.set(label, (counts.get(label) ?? 0) + 1)
  const classes = inOrder(counts.keys(), name)
  if (classes.length < 2) {
    throw new TaskError(
      `${name}: expected texts of at least two classes, received one alone, '${classes[0]}'. Is the column with the classes the right one (--label-column)?`,
    )
  }
  if (classes.filter((label) => Number(counts.get(label)) > 1).length < 2) {
    throw new TaskError(
      `${name}: expected at least two classes with two texts each, one to learn from and one to test on, received ${count(samples.length)} texts in ${count(classes.length)} classes. Is the column with the classes the right one (--label-column)?`,
    )
  }
  return classes
}

const nothing = (name: string) =>
  new TaskError(
    `${name}: expected texts with their classes, received none. Put a text and its class into each row.`,
  )

function samplesOf(samples: readonly Labelled[], classes: readonly string[]): TextSamples {
  const numbers = new Map(classes.map((label, index) => [label, index]))
  return {
    texts: samples.map(({ text }) => text),
    labels: Int32Array.from(samples, ({ label }) => Number(numbers.get(label))),
  }
}

const part = ({ texts, labels }: TextSamples, rows: readonly number[]): TextSamples => ({
  texts: rows.map((row) => texts[row]),
  labels: Int32Array.from(rows, (row) => labels[row]),
})

/** 'neg 5,331, pos 5,331', of many classes the first few. */
function mixOf(labels: Int32Array, classes: readonly string[], most = 8): string {
  const counts = classes.map(() => 0)
  for (const label of labels) counts[label]++
  const told = classes.slice(0, most).map((name, index) => `${name} ${count(counts[index])}`)
  return `${told.join(', ')}${classes.length > most ? ', …' : ''}`
}
