import { operation } from '../ops/index.ts'
import { type Layout, layoutOf } from './layout.ts'
import { live } from './live.ts'
import { BATCH, type Extents, type Instruction, isProgram, type Program, type Value } from './program.ts'
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
  /** By instruction: the plans of the programs among its attributes, by name, each with its own room in the arena. */
  readonly inner: readonly Readonly<Record<string, InnerPlan>>[]
  readonly arenaBytes: number
}

/** A program that an instruction runs inside: its plan, whose offsets count from `offset` of the outer arena. */
export interface InnerPlan {
  readonly plan: Plan
  readonly offset: number
}

export interface Placement {
  /**
   * persistent: the machine finds the place by the value's name. arena: at `offset`. lent: of an inner program, the
   * place of the outer instruction's operand of this input's name.
   */
  readonly region: 'persistent' | 'arena' | 'lent'
  readonly offset: number
  readonly layout: Layout
}

/**
 * Plans a program for at most `bounds`: leaves out what nobody needs, orders the rest into phases, then packs what lives
 * within a run by lifetime.
 *
 * @param lends says of an inner program's input by name whether its place is the outer program's
 */
export function plan(source: Program, bounds: Extents, lends?: (input: string) => boolean): Plan {
  const { instructions, phases } = schedule(live(source))
  const program = { ...source, instructions }
  const lent = new Set(Object.entries(program.inputs).flatMap(([name, id]) => (lends?.(name) ? [id] : [])))
  const regionOf = (value: Value): Placement['region'] =>
    lent.has(value.id) ? 'lent' : isPersistent(value) ? 'persistent' : 'arena'
  const lives = livesOf(program, phases)
  const hosts = overwritten(program, lives)
  const layouts = layoutsOf(program, bounds, lives)
  const rooms = roomsOf(
    program.values.filter((value) => layouts[value.id] && regionOf(value) === 'arena'),
    layouts,
    lives,
    hosts,
  )
  const inner = instructions.map((instruction, at) =>
    innerRooms(instruction, bounds, phases[at], (id) => layouts[id] !== null),
  )
  const arenaBytes = pack([...rooms, ...inner.flatMap((plans) => Object.values(plans))])
  const offsets = new Map(rooms.flatMap(({ ids, offset }) => ids.map((id) => [id, offset])))
  const placements = program.values.map((value, id): Placement | null => {
    const layout = layouts[id]
    if (!layout) return null
    return { region: regionOf(value), offset: offsets.get(id) ?? 0, layout }
  })
  return { program, bounds, placements, phases, inner, arenaBytes }
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
      if (id !== undefined) layouts[id] ??= rollingLayout(program.values[id], bounds, steps)
    }
    for (const [result, id] of Object.entries(outputs)) {
      if (operation(op).halts === result) layouts[id] ??= layoutOf(program.values[id], bounds)
    }
  }
  return layouts
}

/** For a single row the kernels are faster where all steps have room: they then compute x·W for all of them at once. */
const ALL_STEPS_UP_TO = 4 * 1024 * 1024

function rollingLayout(value: Value, bounds: Extents, steps: number | undefined): Layout {
  const all = layoutOf(value, bounds)
  return bounds[BATCH] === 1 && all.bytes <= ALL_STEPS_UP_TO ? all : layoutOf(value, bounds, steps)
}

// ---- packing: first fit, largest first

/** What needs a place in the arena from one phase to another. */
interface Room {
  readonly bytes: number
  readonly first: number
  readonly last: number
  offset: number
}

/** A room for each of these values; those that overwrite one another share one. */
function roomsOf(
  values: readonly Value[],
  layouts: readonly (Layout | null)[],
  lives: readonly (Life | undefined)[],
  hosts: ReadonlyMap<number, number>,
): (Room & { ids: number[] })[] {
  const guests = new Map([...hosts].map(([guest, host]) => [host, guest]))
  const own = values.filter(({ id }) => !hosts.has(id))
  return own.map(({ id }) => {
    const ids = withGuests(id, guests)
    const first = Math.min(...ids.map((member) => lives[member]?.first ?? 0))
    const last = Math.max(...ids.map((member) => lives[member]?.last ?? 0))
    return { ids, bytes: layouts[id]?.bytes ?? 0, first, last, offset: 0 }
  })
}

/** A value, the one that overwrites it, the one that overwrites that, … */
function withGuests(id: number, guests: ReadonlyMap<number, number>): number[] {
  const chain = [id]
  for (let guest = guests.get(id); guest !== undefined; guest = guests.get(guest)) chain.push(guest)
  return chain
}

/** Plans the programs among an instruction's attributes; each lives as long as the instruction runs. */
function innerRooms(
  { op, attributes, outputs }: Instruction,
  bounds: Extents,
  phase: number,
  isNeeded: (id: number) => boolean,
): Record<string, Room & { plan: Plan }> {
  const rooms: Record<string, Room & { plan: Plan }> = {}
  for (const [name, attribute] of Object.entries(attributes)) {
    if (!isProgram(attribute)) continue
    const { inner: restrict, lends } = operation(op)
    const needed = Object.keys(outputs).filter((result) => isNeeded(outputs[result]))
    const inner = plan(restrict ? restrict(attribute, new Set(needed)) : attribute, bounds, lends)
    rooms[name] = { plan: inner, bytes: inner.arenaBytes, first: phase, last: phase, offset: 0 }
  }
  return rooms
}

/** Gives every room an offset at which nothing else lives at the same time; returns the bytes of all. */
function pack(rooms: readonly Room[]): number {
  const placed: Room[] = []
  let end = 0
  for (const room of [...rooms].sort((a, b) => b.bytes - a.bytes)) {
    room.offset = firstFit(placed, room)
    placed.push(room)
    end = Math.max(end, room.offset + room.bytes)
  }
  return end
}

/** The lowest offset that is free for as long as the room lives. */
function firstFit(placed: readonly Room[], { bytes, first, last }: Room): number {
  const taken = placed.filter((other) => other.first <= last && first <= other.last)
  let offset = 0
  for (const other of taken.sort((a, b) => a.offset - b.offset)) {
    if (offset + bytes <= other.offset) break
    offset = Math.max(offset, other.offset + other.bytes)
  }
  return offset
}
