import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { inRoot } from '../workspace/paths.mjs'

const SOURCES = 'packages/core/src'

/** The exceptions that ARCHITECTURE.md names. */
const MAY = ['ops → program', 'losses → training/more.ts']

/** Holds packages/core to ARCHITECTURE.md: imports run from the top of its table of rooms to the bottom. */
export function checkImports() {
  const rooms = roomsInOrder()
  return sources()
    .flatMap((file) => importsOf(file).map((to) => complaint(rooms, file, to)))
    .filter(Boolean)
    .join('\n')
}

/** The row of each room in the table: those of one row may know each other. */
function roomsInOrder() {
  const [, table] = readFileSync(inRoot('ARCHITECTURE.md'), 'utf8').split('| room | holds |')
  const rows = table.split('\n\n')[0].split('\n').slice(2)
  return new Map(
    rows.flatMap((row, index) => {
      const names = row.split('|')[1].matchAll(/`([^`]+?)\/?`/g)
      return [...names].map(([, name]) => [name, index])
    }),
  )
}

function sources() {
  const names = readdirSync(inRoot(SOURCES), { recursive: true }).map((name) => name.replaceAll('\\', '/'))
  // tests, what they share, and the public API know everything
  return names.filter((name) => /\.ts$/.test(name) && !/^testing\/|^index\.ts$|\.test\.ts$/.test(name))
}

function importsOf(file) {
  const text = readFileSync(inRoot(SOURCES, file), 'utf8')
  return [...text.matchAll(/(?:\bfrom|\bimport)[ (]'(\.[^']+)'/g)].map(([, to]) =>
    posix.join(posix.dirname(file), to),
  )
}

const roomOf = (file) => file.split('/')[0]

function complaint(rooms, file, to) {
  const [from, into] = [roomOf(file), roomOf(to)]
  if (from === into || MAY.includes(`${from} → ${into}`) || MAY.includes(`${from} → ${to}`)) return null
  const unknown = [from, into].find((room) => !rooms.has(room))
  if (unknown) return `${SOURCES}/${unknown}: ARCHITECTURE.md's table of rooms has no row for it; add one`
  return rooms.get(from) <= rooms.get(into)
    ? null
    : `${SOURCES}/${file} imports ${to}: in ARCHITECTURE.md '${into}' stands above '${from}', and imports run downwards`
}
