// Writes docs/conformance.md out of what the tests noted (`record` in test/conformance and in core's testing/).

import { readdirSync, readFileSync } from 'node:fs'
import { inRoot } from './workspace/paths.mjs'

/**
 * @param notes `{ feature, against, error }` of features, `{ test, file, error }` of tests with committed values
 * @returns the page
 */
export function conformancePage(notes) {
  const features = groupBy(
    notes.filter(({ feature }) => feature),
    ({ feature }) => feature,
  )
  const names = [...features.keys()]
  const named = (prefix) => names.filter((name) => name.startsWith(prefix)).sort()
  const isOption = (name) => name.split('.').length > 2
  const layers = named('layers.').filter((name) => !isOption(name))
  const kinds = { activations: 'Activations', losses: 'Losses', metrics: 'Metrics', optimizers: 'Optimizers' }
  const others = names.filter((name) => !name.includes('.')).sort()
  return [
    readFileSync(inRoot('test/conformance/page-head.md'), 'utf8').trim(),
    '## Layers',
    table(
      [
        'layer',
        'models',
        'Keras, float64',
        'Keras, float32',
        'finite differences',
        'one step, float32',
        'options drawn',
      ],
      layers.map((name) => [
        code(name),
        ...liveCells(features.get(name)),
        worst(features.get(name), 'finite differences'),
        worst(features.get(name), 'own float64'),
        named(`${name}.`).map(code).join(' '),
      ]),
    ),
    ...Object.entries(kinds).flatMap(([prefix, title]) => [
      `## ${title}`,
      live(named(`${prefix}.`), features),
    ]),
    '## Models',
    live(others, features),
    '## Committed values',
    committed(notes.filter(({ file }) => file)),
    texts(),
  ].join('\n\n')
}

const FILES = 'committed file'

/** The end of the page, which needs no run: what the committed files hold, and the remarks. */
const texts = () =>
  [goldenFiles(), readFileSync(inRoot('test/conformance/page-notes.md'), 'utf8').trim(), ''].join('\n\n')

/** A page with that end anew. */
export const withTexts = (page) => page.slice(0, page.indexOf(`| ${FILES} |`)) + texts()

const live = (names, features) =>
  table(
    ['', 'models', 'Keras, float64', 'Keras, float32'],
    names.map((name) => [code(name), ...liveCells(features.get(name))]),
  )

/** In how many models a feature was drawn, and the largest errors of those. */
function liveCells(notes) {
  const models = notes.filter(({ against }) => against === 'Keras, in float64').length
  return [models || '–', worst(notes, 'Keras, in float64'), worst(notes, 'Keras, in float32')]
}

function committed(notes) {
  const files = groupBy(notes, ({ file }) => file)
  return table(
    ['test', 'comparisons', 'float64', 'float32'],
    [...files].sort().map(([file, found]) => {
      const [exact, single] = [true, false].map((is) =>
        found.filter(({ test }) => test.includes('reference') === is),
      )
      return [`\`${file}\``, found.length, largest(exact), largest(single)]
    }),
  )
}

/** The files of test/golden, each with what made it. */
function goldenFiles() {
  const files = readdirSync(inRoot('test/golden')).filter((name) => name.endsWith('.json'))
  return table(
    [FILES, 'made by', 'what it holds'],
    files.sort().map((name) => {
      const { recipe } = JSON.parse(readFileSync(inRoot('test/golden', name), 'utf8'))
      const { script, versions, note } = recipe
      const made = Object.entries(versions).filter(([library]) => library !== 'numpy')
      return [
        `\`${name}\``,
        [`\`${script.split('/').at(-1)}\``, ...made.map((one) => one.join(' '))].join(', '),
        note,
      ]
    }),
  )
}

const worst = (notes, against) => largest(notes.filter((note) => note.against === against))

function largest(notes) {
  if (notes.length === 0) return '–'
  const error = Math.max(...notes.map((note) => note.error))
  return error === 0 ? '0' : error.toExponential(1)
}

const code = (name) => `\`${name.split('.').at(-1)}\``

function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`)
  return lines.join('\n')
}

const cell = (content) => String(content).replaceAll('|', '\\|').replaceAll('\n', ' ')

function groupBy(list, keyOf) {
  const groups = new Map()
  for (const item of list) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
