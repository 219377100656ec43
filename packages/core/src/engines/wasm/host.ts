import { platform } from '#engine/platform'
import { CarouselError } from '../../errors.ts'
import type { Executable, Machine } from '../engine.ts'
import { openLocal } from './local.ts'
import type { Answer, Ids, Method, Request, Requests } from './remote.ts'

// A thread as the host of a page's machines: it answers one request after the other.

interface Resident {
  readonly machine: Machine
  readonly executables: Map<number, Executable>
}

const residents = new Map<number, Resident>()
let opened = 0
let loaded = 0
let turn: Promise<void> = Promise.resolve()

export function host(request: Request): void {
  turn = turn.then(() => serve(request))
}

async function serve(request: Request): Promise<void> {
  const { id } = request
  try {
    const content = await answers[request.kind](request.content as never)
    platform.post({ id, content } satisfies Answer, buffersOf(content))
  } catch (error) {
    // on the way an error keeps its message and loses its class
    platform.post({
      id,
      error,
      kind: error instanceof CarouselError ? error.name : undefined,
    } satisfies Answer)
  }
}

const answers: { readonly [K in keyof Requests]: (content: Requests[K][0]) => Promise<Requests[K][1]> } = {
  async open(settings) {
    const machine = await openLocal(settings)
    residents.set(++opened, { machine, executables: new Map() })
    return { machine: opened, arithmetic: machine.arithmetic, notes: machine.notes }
  },

  async load({ machine, program, bounds }) {
    const resident = find(machine)
    const executable = await resident.machine.load(program, bounds)
    resident.executables.set(++loaded, executable)
    return { executable: loaded }
  },

  async explain(ids) {
    return executableOf(ids).explain()
  },

  async call({ machine, method, args }) {
    const resident: Record<Method, (...args: never[]) => Promise<unknown>> = find(machine).machine
    return resident[method](...(args as never[]))
  },

  async close({ machine }) {
    residents.delete(machine)
    return undefined
  },

  async discard({ machine, executable }) {
    residents.get(machine)?.executables.delete(executable)
    return undefined
  },

  async run(run) {
    const fetches = Object.fromEntries(
      Object.entries(run.fetches).map(([name, length]) => [name, new Float32Array(length)]),
    )
    const result = await executableOf(run).run(run.counts, run.feeds, fetches)
    return { result, feeds: run.feeds, fetches }
  },

  async firstNonFinite(run) {
    return executableOf(run).firstNonFinite(run.counts, run.feeds)
  },
}

function find(machine: number): Resident {
  const resident = residents.get(machine)
  if (!resident) throw new Error(`there is no machine ${machine} any more`)
  return resident
}

function executableOf({ machine, executable }: Ids): Executable {
  const found = find(machine).executables.get(executable)
  if (!found) throw new Error(`there is no program ${executable} any more`)
  return found
}

/** The memory of arrays that the answer may give away. */
function buffersOf(content: unknown): ArrayBuffer[] {
  if (content instanceof Float32Array) return [content.buffer as ArrayBuffer]
  if (typeof content !== 'object' || content === null || !('feeds' in content)) return []
  const { feeds, fetches } = content as Requests['run'][1]
  return [
    ...Object.values(feeds).map(({ data }) => data.buffer),
    ...Object.values(fetches).map(({ buffer }) => buffer),
  ] as ArrayBuffer[]
}
