import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { inRoot } from '../workspace/paths.mjs'

const PACKAGES = ['core', 'tasks', 'cli']

/** The exceptions that ARCHITECTURE.md names. */
const MAY = ['core: ops → program', 'core: losses → training/more.ts']

/** Rows of ARCHITECTURE.md whose rooms do not know each other: each task is one for itself. */
const APART = ['tasks: text']

/** Holds the packages to ARCHITECTURE.md: imports run from the top of its tables of rooms to the bottom. */
export function checkImports() {
  return PACKAGES.flatMap((name) => {
    const rooms = roomsInOrder(name)
    return sources(name).flatMap((file) =>
      importsOf(name, file).map((to) => complaint(name, rooms, file, to)),
    )
  })
    .filter(Boolean)
    .join('\n')
}

const folderOf = (name) => `packages/${name}/src`

/** The row of each room in the package's table: those of one row may know each other. */
function roomsInOrder(name) {
  const [, after = ''] = readFileSync(inRoot('ARCHITECTURE.md'), 'utf8').split(
    `## The rooms of \`${folderOf(name)}\``,
  )
  const [, table = ''] = after.split('| room | holds |')
  const rows = table.split('\n\n')[0].split('\n').slice(2)
  return new Map(
    rows.flatMap((row, index) => {
      const names = row.split('|')[1].matchAll(/`([^`]+?)\/?`/g)
      return [...names].map(([, room]) => [room, index])
    }),
  )
}

function sources(name) {
  const names = readdirSync(inRoot(folderOf(name)), { recursive: true }).map((file) =>
    file.replaceAll('\\', '/'),
  )
  // tests, what they share, and where a package begins know everything
  return names.filter(
    (file) =>
      /\.ts$/.test(file) && !/^testing\/|(^|\/)testing\.ts$|^(index|main)\.ts$|\.test\.ts$/.test(file),
  )
}

function importsOf(name, file) {
  const text = readFileSync(inRoot(folderOf(name), file), 'utf8')
  return [...text.matchAll(/(?:\bfrom|\bimport)[ (]'(\.[^']+)'/g)].map(([, to]) =>
    posix.join(posix.dirname(file), to),
  )
}

const roomOf = (file) => file.split('/')[0]

function complaint(name, rooms, file, to) {
  const [from, into] = [roomOf(file), roomOf(to)]
  const way = `${name}: ${from} →`
  if (from === into || MAY.includes(`${way} ${into}`) || MAY.includes(`${way} ${to}`)) return null
  const folder = folderOf(name)
  const unknown = [from, into].find((room) => !rooms.has(room))
  if (unknown) return `${folder}/${unknown}: ARCHITECTURE.md's table of rooms has no row for it; add one`
  const [row, other] = [rooms.get(from), rooms.get(into)]
  if (row === other && isApart(name, rooms, row)) {
    return `${folder}/${file} imports ${to}: in ARCHITECTURE.md '${from}' and '${into}' do not know each other`
  }
  return row <= other
    ? null
    : `${folder}/${file} imports ${to}: in ARCHITECTURE.md '${into}' stands above '${from}', and imports run downwards`
}

const isApart = (name, rooms, row) => APART.some((room) => room === `${name}: ${nameOfRow(rooms, row)}`)

const nameOfRow = (rooms, row) => [...rooms].find(([, index]) => index === row)?.[0]
