import { operation } from '../ops/index.ts'
import { type Layout, layoutOf } from './layout.ts'
import type { Extents, Program, Value } from './program.ts'
import { schedule } from './schedule.ts'

/** Where every number of a program lives, and where threads must wait for one another. */
export interface Plan {
  /** The program, its instructions in the order in which they run. */
  readonly program: Program
  readonly bounds: Extents
  /** By value id; null: nobody needs the value. */
  readonly placements: readonly (Placement | null)[]
  /** By instruction: those with the same number need no barrier between them. */
  readonly phases: readonly number[]
  readonly arenaBytes: number
}

export interface Placement {
  /** persistent: the machine finds the place by the value's name. arena: at `offset`. */
  readonly region: 'persistent' | 'arena'
  readonly offset: number
  readonly layout: Layout
}

/** Plans a program for at most `bounds`: orders it into phases, then packs what lives within a run by lifetime. */
export function plan(source: Program, bounds: Extents): Plan {
  const { instructions, phases } = schedule(source)
  const program = { ...source, instructions }
  const lives = livesOf(program, phases)
  const hosts = overwritten(program, lives)
  const layouts = layoutsOf(program, bounds, lives)
  const { offsets, arenaBytes } = pack(program, layouts, lives, hosts)
  const placements = program.values.map((value, id): Placement | null => {
    const layout = layouts[id]
    if (!layout) return null
    const persistent = isPersistent(value)
    return { region: persistent ? 'persistent' : 'arena', offset: persistent ? 0 : offsets[id], layout }
  })
  return { program, bounds, placements, phases, arenaBytes }
}

// ---- lifetimes, in phases: memory freed in a phase may be another thread's until the barrier

interface Life {
  first: number
  last: number
  /** Index of the last instruction that touches it. */
  lastInstruction: number
  read: boolean
}

/** Lives by value id; undefined for what no instruction touches. Inputs live from the start, outputs to the end. */
function livesOf(program: Program, phases: readonly number[]): (Life | undefined)[] {
  const lives: (Life | undefined)[] = []
  const end = phases.length
  const touch = (id: number, at: number, phase: number, read: boolean) => {
    const life = lives[id] ?? { first: phase, last: phase, lastInstruction: at, read: false }
    lives[id] = {
      first: life.first,
      last: Math.max(life.last, phase),
      lastInstruction: at,
      read: life.read || read,
    }
  }
  // an input keeps what it was fed from run to run
  for (const id of Object.values(program.inputs))
    lives[id] = { first: 0, last: end, lastInstruction: end, read: true }
  for (const [at, { inputs, outputs }] of program.instructions.entries()) {
    for (const id of Object.values(inputs)) touch(id, at, phases[at], true)
    for (const id of Object.values(outputs)) touch(id, at, phases[at], false)
  }
  for (const id of Object.values(program.outputs)) touch(id, end, end, true)
  return lives
}

/** For each value that may overwrite a dying operand of its instruction: that operand. */
function overwritten(program: Program, lives: readonly (Life | undefined)[]): Map<number, number> {
  const hosts = new Map<number, number>()
  for (const [at, { op, inputs, outputs }] of program.instructions.entries()) {
    for (const [result, operand] of Object.entries<string | undefined>(operation(op).inPlace ?? {})) {
      const host = operand === undefined ? undefined : inputs[operand]
      if (host === undefined || program.values[host].role !== 'intermediate') continue
      if (lives[host]?.lastInstruction === at) hosts.set(outputs[result], host)
    }
  }
  return hosts
}

function isPersistent({ role }: Value): boolean {
  return role === 'parameter' || role === 'state'
}

/** Layouts by value id; null for results that nobody reads and no kernel needs to work with. */
function layoutsOf(
  program: Program,
  bounds: Extents,
  lives: readonly (Life | undefined)[],
): (Layout | null)[] {
  const layouts = program.values.map((value, id) =>
    lives[id]?.read || isPersistent(value) ? layoutOf(value, bounds) : null,
  )
  for (const { op, outputs } of program.instructions) {
    for (const [result, steps] of Object.entries<number | undefined>(operation(op).rolling ?? {})) {
      const id: number | undefined = outputs[result]
      if (id !== undefined) layouts[id] ??= layoutOf(program.values[id], bounds, steps)
    }
    for (const [result, id] of Object.entries(outputs)) {
      if (operation(op).halts === result) layouts[id] ??= layoutOf(program.values[id], bounds)
    }
  }
  return layouts
}

// ---- packing: first fit, largest first

interface Block {
  readonly offset: number
  readonly bytes: number
  readonly first: number
  readonly last: number
}

function pack(
  program: Program,
  layouts: readonly (Layout | null)[],
  lives: readonly (Life | undefined)[],
  hosts: ReadonlyMap<number, number>,
): { offsets: number[]; arenaBytes: number } {
  const offsets: number[] = []
  const blocks: Block[] = []
  const guests = new Map([...hosts].map(([guest, host]) => [host, guest]))
  const candidates = program.values
    .filter(({ id, role }) => layouts[id] && (role === 'intermediate' || role === 'input') && !hosts.has(id))
    .sort((a, b) => layoutBytes(layouts, b.id) - layoutBytes(layouts, a.id) || a.id - b.id)
  for (const { id } of candidates) {
    const chain = withGuests(id, guests)
    const first = Math.min(...chain.map((member) => lives[member]?.first ?? 0))
    const last = Math.max(...chain.map((member) => lives[member]?.last ?? 0))
    const bytes = layoutBytes(layouts, id)
    const offset = firstFit(blocks, bytes, first, last)
    blocks.push({ offset, bytes, first, last })
    for (const member of chain) offsets[member] = offset
  }
  return { offsets, arenaBytes: blocks.reduce((end, block) => Math.max(end, block.offset + block.bytes), 0) }
}

/** A value, the one that overwrites it, the one that overwrites that, … */
function withGuests(id: number, guests: ReadonlyMap<number, number>): number[] {
  const chain = [id]
  for (let guest = guests.get(id); guest !== undefined; guest = guests.get(guest)) chain.push(guest)
  return chain
}

function layoutBytes(layouts: readonly (Layout | null)[], id: number): number {
  return layouts[id]?.bytes ?? 0
}

/** The lowest offset at which nothing else lives at the same time. */
function firstFit(blocks: readonly Block[], bytes: number, first: number, last: number): number {
  const taken = blocks
    .filter((block) => block.first <= last && first <= block.last)
    .sort((a, b) => a.offset - b.offset)
  let offset = 0
  for (const block of taken) {
    if (offset + bytes <= block.offset) break
    offset = Math.max(offset, block.offset + block.bytes)
  }
  return offset
}
