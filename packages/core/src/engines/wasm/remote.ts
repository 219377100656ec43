import { spawn } from '#engine/spawn'
import { EngineError, OptionError } from '../../errors.ts'
import { type Extents, type Program, resolveShape, sizeOf } from '../../program/program.ts'
import {
  type Arithmetic,
  COMPLETED,
  type Executable,
  type Explanation,
  type Feed,
  type Machine,
  type Numbers,
} from '../engine.ts'
import { checkFeed } from './feed.ts'
import type { Thread } from './platform/platform.ts'
import type { Settings } from './settings.ts'

// Machines whose work happens in a thread of its own, the host, because the calling thread may not wait (a page's).
// Feeds are gathered here and handed over; the host gives their memory back with its answer.

/** What the host is asked, by name of the request, and what it answers. */
export interface Requests {
  open: [Settings, { machine: number; arithmetic: Arithmetic; notes: readonly string[] }]
  load: [{ machine: number; program: Program; bounds: Extents }, { executable: number }]
  explain: [Ids, Explanation]
  call: [{ machine: number; method: Method; args: readonly unknown[] }, unknown]
  close: [{ machine: number }, undefined]
  discard: [Ids, undefined]
  run: [Run, { result: number; feeds: Record<string, Feed>; fetches: Record<string, Float32Array> }]
  firstNonFinite: [Run, string | null]
}

/** Methods of a machine that take and return what can be sent as it is. */
export type Method = 'read' | 'write' | 'release' | 'snapshot' | 'restore'

export interface Ids {
  readonly machine: number
  readonly executable: number
}

export interface Run extends Ids {
  readonly counts: Extents
  readonly feeds: Record<string, Feed>
  /** Lengths by output name. */
  readonly fetches: Record<string, number>
}

export type Request = {
  [K in keyof Requests]: { readonly id: number; readonly kind: K; readonly content: Requests[K][0] }
}[keyof Requests]
export type Answer =
  | { readonly id: number; readonly content: unknown }
  | { readonly id: number; readonly error: unknown; readonly kind: string | undefined }

interface Waiting {
  resolve(content: unknown): void
  reject(error: unknown): void
}

/** The host, as seen from here. */
export class Host {
  readonly #thread: Thread
  readonly #waiting = new Map<number, Waiting>()
  #requests = 0
  /** Why it is no more, once it is no more. */
  end: string | undefined

  constructor(thread: Thread) {
    this.#thread = thread
    this.#thread.onMessage((message) => this.#settle(message as Answer))
    this.#thread.onEnd((reason) => {
      this.end = `the thread that computes has ended (${reason}), and its models with it; load them again from their files`
      for (const { reject } of this.#waiting.values()) reject(new EngineError(this.end))
      this.#waiting.clear()
    })
  }

  ask<K extends keyof Requests>(
    kind: K,
    content: Requests[K][0],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Requests[K][1]> {
    if (this.end !== undefined) return Promise.reject(new EngineError(this.end))
    const id = ++this.#requests
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.#thread.post({ id, kind, content }, transfer)
    return answer as Promise<Requests[K][1]>
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('error' in answer) waiting?.reject(errorOf(answer))
    else waiting?.resolve(answer.content)
  }
}

/** The host's error; where it is one for users, of its class again. */
function errorOf({ error, kind }: { error: unknown; kind: string | undefined }): unknown {
  if (kind === undefined || !(error instanceof Error)) return error
  const Kind = kind === 'OptionError' ? OptionError : EngineError
  return new Kind(error.message, { cause: error })
}

let current: Host | undefined

/** The one host of this thread; a new one where it has ended. */
function currentHost(): Host {
  if (!current || current.end !== undefined) current = new Host(spawn())
  return current
}

/** Lets the host forget machines and programs that nobody holds any more. */
const collected = new FinalizationRegistry<() => void>((forget) => forget())

/** Apart from the classes: what it closes over must not hold what is to be collected. */
function forgetting<K extends 'close' | 'discard'>(host: Host, kind: K, content: Requests[K][0]): () => void {
  return () => void host.ask(kind, content).catch(() => {})
}

export async function openRemote(settings: Settings, host = currentHost()): Promise<Machine> {
  const { machine, arithmetic, notes } = await host.ask('open', settings)
  const opened = new RemoteMachine(host, machine, arithmetic, notes)
  collected.register(opened, forgetting(host, 'close', { machine }))
  return opened
}

class RemoteMachine implements Machine {
  readonly arithmetic: Arithmetic
  readonly notes: readonly string[]
  readonly #host: Host
  readonly #machine: number

  constructor(host: Host, machine: number, arithmetic: Arithmetic, notes: readonly string[]) {
    this.#host = host
    this.#machine = machine
    this.arithmetic = arithmetic
    this.notes = notes
  }

  async load(program: Program, bounds: Extents): Promise<Executable> {
    const machine = this.#machine
    const { executable } = await this.#host.ask('load', { machine, program, bounds })
    const ids = { machine, executable }
    const loaded = new RemoteExecutable(this, this.#host, ids, program)
    collected.register(loaded, forgetting(this.#host, 'discard', ids))
    return loaded
  }

  read(name: string): Promise<Float32Array> {
    return this.#call('read', name)
  }

  write(name: string, data: Numbers): Promise<void> {
    return this.#call('write', name, data)
  }

  release(names: readonly string[]): Promise<void> {
    return this.#call('release', names)
  }

  snapshot(model: string, names: readonly string[]): Promise<void> {
    return this.#call('snapshot', model, names)
  }

  restore(model: string, names: readonly string[]): Promise<void> {
    return this.#call('restore', model, names)
  }

  #call<M extends Method>(method: M, ...args: Parameters<Machine[M]>): ReturnType<Machine[M]> {
    return this.#host.ask('call', { machine: this.#machine, method, args }) as ReturnType<Machine[M]>
  }
}

class RemoteExecutable implements Executable {
  /** Held so that the machine is not collected while one of its programs is in use. */
  readonly machine: RemoteMachine
  readonly #host: Host
  readonly #ids: Ids
  readonly #program: Program
  /** Arrays that the host has given back, by input. */
  readonly #spare = new Map<string, Numbers>()

  constructor(machine: RemoteMachine, host: Host, ids: Ids, program: Program) {
    this.machine = machine
    this.#host = host
    this.#ids = ids
    this.#program = program
  }

  async run(
    counts: Extents,
    feeds: Readonly<Record<string, Feed>>,
    fetches: Readonly<Record<string, Float32Array>>,
  ): Promise<number> {
    const lengths = Object.fromEntries(Object.entries(fetches).map(([name, { length }]) => [name, length]))
    const answer = await this.#ask('run', counts, feeds, lengths)
    for (const [name, { data }] of Object.entries(answer.feeds)) this.#spare.set(name, data)
    if (answer.result === COMPLETED)
      for (const [name, data] of Object.entries(answer.fetches)) fetches[name].set(data)
    return answer.result
  }

  firstNonFinite(counts: Extents, feeds: Readonly<Record<string, Feed>>): Promise<string | null> {
    return this.#ask('firstNonFinite', counts, feeds, {})
  }

  explain(): Promise<Explanation> {
    return this.#host.ask('explain', this.#ids)
  }

  #ask<K extends 'run' | 'firstNonFinite'>(
    kind: K,
    counts: Extents,
    feeds: Readonly<Record<string, Feed>>,
    fetches: Record<string, number>,
  ): Promise<Requests[K][1]> {
    const gathered = Object.fromEntries(
      Object.entries(feeds).map(([name, feed]) => [name, { data: this.#gather(name, feed, counts) }]),
    )
    const transfer = Object.values(gathered).map(({ data }) => data.buffer as ArrayBuffer)
    return this.#host.ask(kind, { ...this.#ids, counts, feeds: gathered, fetches }, transfer)
  }

  /** The numbers of the chosen rows, in an array that may be given away. */
  #gather(name: string, feed: Feed, counts: Extents): Numbers {
    const { inputs, values } = this.#program
    if (!Object.hasOwn(inputs, name))
      throw new Error(`there is no input '${name}'; there are ${Object.keys(inputs).join(', ')}`)
    const shape = resolveShape(values[inputs[name]].shape, counts)
    const size = sizeOf(shape)
    checkFeed(name, feed, shape[0], size)
    const target = this.#take(name, feed.data, size)
    gatherRows(target, feed, shape[0])
    return target
  }

  #take(name: string, like: Numbers, size: number): Numbers {
    const spare = this.#spare.get(name)
    this.#spare.delete(name)
    if (spare && spare.constructor === like.constructor && spare.length === size) return spare
    return new (like.constructor as new (size: number) => Numbers)(size)
  }
}

function gatherRows(target: Numbers, { data, rows }: Feed, B: number): void {
  const width = target.length / B
  for (let b = 0; b < B; b++) {
    const from = (rows ? rows[b] : b) * width
    for (let i = 0; i < width; i++) target[b * width + i] = data[from + i]
  }
}
