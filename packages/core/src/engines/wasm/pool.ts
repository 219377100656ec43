import { spawn } from '#engine/spawn'
import { EngineError } from '../../errors.ts'
import {
  COUNT,
  CREW,
  FAILED,
  FIRST,
  newControl,
  OUTSTANDING,
  postedTo,
  ROW_COUNT,
  receivedBy,
  ring,
  SHARES,
  ticketOf,
  WORDS,
  waitWhile,
} from './control.ts'
import type { Memory } from './memory.ts'
import type { Thread } from './platform/platform.ts'
import { type Kernel, runShare } from './script.ts'
import { MOST_THREADS } from './settings.ts'

/** What is said to a worker. */
export type Message =
  | { readonly kind: 'start'; readonly worker: number; readonly control: Int32Array }
  | {
      readonly kind: 'attach'
      readonly crew: number
      readonly module: WebAssembly.Module
      readonly memory: WebAssembly.Memory
    }
  | { readonly kind: 'detach'; readonly crew: number }

/** The threads' common ground for one machine: a memory, and the kernels over it. */
export interface Crew {
  readonly id: number
  readonly memory: Memory
  readonly kernels: readonly Kernel[]
}

/** How long a worker may take for its share after the caller has done its own, in milliseconds. */
const PATIENCE = 30_000

/** So many workers that end before they have begun, and no more are started. */
const ATTEMPTS = 3

/** The worker threads of this thread, shared by its machines, of which one runs at a time. */
export class Pool {
  readonly #spawn: () => Thread
  readonly #patience: number
  /** By machine: its binaries, in order. */
  readonly #attached = new Map<number, Message[]>()
  /** By number; 0 is the caller itself. */
  #threads: (Thread | undefined)[] = []
  /** 1: the worker is not ready, the caller does its share. */
  readonly #absent = new Uint8Array(MOST_THREADS)
  #control: Int32Array | undefined
  /** Threads known to be there, the caller included; 1 again when one has ended. */
  #hired = 1
  /** Workers that have ended before they had begun: their script is missing, say. */
  #stillborn = 0
  /** Why there are no workers, where they cannot be had. */
  trouble: string | undefined
  /** Shares that were put out for workers, and those of them that the caller did because nobody had come. */
  offered = 0
  late = 0

  constructor(start: () => Thread = spawn, patience = PATIENCE) {
    this.#spawn = start
    this.#patience = patience
  }

  /** Introduces a machine, or a further binary of it, to all workers, those to come included. */
  attach(crew: number, module: WebAssembly.Module, memory: WebAssembly.Memory): void {
    const message = { kind: 'attach', crew, module, memory } as const
    this.#attached.set(crew, [...(this.#attached.get(crew) ?? []), message])
    this.#tellAll(message)
  }

  /** Lets all workers forget a machine. */
  detach(crew: number): void {
    this.#attached.delete(crew)
    this.#tellAll({ kind: 'detach', crew })
  }

  /**
   * Runs `count` instructions from the record at word `first`, cut into `shares`; returns when all are done.
   *
   * @param own does thread 0's share in its own way
   */
  run(crew: Crew, first: number, count: number, rows: number, shares: number, own?: () => void): void {
    if (shares === 1) {
      if (own) own()
      else runShare(crew.kernels, crew.memory.words, first, count, rows, 0, 1)
      return
    }
    const control = this.#hire(shares)
    control[CREW] = crew.id
    control[FIRST] = first
    control[COUNT] = count
    control[ROW_COUNT] = rows
    control[SHARES] = shares
    control[WORDS] = crew.memory.words.length
    this.#open(control, shares)
    try {
      if (own) own()
      else runShare(crew.kernels, crew.memory.words, first, count, rows, 0, shares)
      for (let worker = 1; worker < shares; worker++) {
        if (this.#absent[worker] === 1 || this.#takeBack(control, worker)) {
          runShare(crew.kernels, crew.memory.words, first, count, rows, worker, shares)
        }
      }
    } finally {
      this.#join(control, shares)
    }
    if (Atomics.exchange(control, FAILED, 0) === 1) {
      throw new Error('a kernel failed in a worker thread; this is a fault in Carousel, please report it')
    }
  }

  #open(control: Int32Array, shares: number): void {
    let outstanding = 0
    for (let worker = 1; worker < shares; worker++) {
      const ready = this.#isReady(control, worker)
      this.#absent[worker] = ready ? 0 : 1
      if (ready) outstanding++
    }
    this.offered += outstanding
    if (outstanding === 0) return
    Atomics.store(control, OUTSTANDING, outstanding)
    for (let worker = 1; worker < shares; worker++) {
      if (this.#absent[worker] === 0) Atomics.store(control, ticketOf(worker), 1)
    }
    ring(control)
  }

  /** Has nobody come for this ticket? Then its share is the caller's. */
  #takeBack(control: Int32Array, worker: number): boolean {
    if (Atomics.exchange(control, ticketOf(worker), 0) === 0) return false
    Atomics.sub(control, OUTSTANDING, 1)
    this.late++
    return true
  }

  /** Waits for the shares that were taken; none is left to take, unless the caller has failed. */
  #join(control: Int32Array, shares: number): void {
    for (let worker = 1; worker < shares; worker++) this.#takeBack(control, worker)
    for (;;) {
      const outstanding = Atomics.load(control, OUTSTANDING)
      if (outstanding === 0) return
      waitWhile(control, OUTSTANDING, outstanding, this.#patience)
      if (Atomics.load(control, OUTSTANDING) === outstanding) this.#giveUp()
    }
  }

  /** A worker took its share and does not come back: starts over with new ones, and with words that no old one knows. */
  #giveUp(): never {
    for (const thread of this.#threads) thread?.end()
    this.#threads = []
    this.#control = undefined
    this.#hired = 1
    throw new EngineError(
      `a worker thread died or was silent for ${this.#patience / 1000} s, and its part of the work is lost; ` +
        'go on from the last checkpoint: the next call starts new threads',
    )
  }

  /** Starts the workers that are missing. They need some time: until then the caller does their shares. */
  #hire(threads: number): Int32Array {
    this.#control ??= newControl()
    if (this.#hired >= threads) return this.#control
    this.#hired = threads
    for (let worker = 1; worker < threads && this.#stillborn < ATTEMPTS; worker++) {
      if (!this.#threads[worker]) this.#start(worker, this.#control)
    }
    return this.#control
  }

  /** Starts the workers that are missing; are so many threads there, the caller's included? Throws where they cannot be had. */
  has(threads: number): boolean {
    // anew, should one have ended before it began
    const control = this.#hire(threads)
    for (let worker = 1; worker < threads; worker++) {
      if (this.#isReady(control, worker)) continue
      if (this.#stillborn >= ATTEMPTS) throw new EngineError(this.trouble)
      return false
    }
    return true
  }

  #isReady(control: Int32Array, worker: number): boolean {
    return (
      !!this.#threads[worker] &&
      Atomics.load(control, receivedBy(worker)) === Atomics.load(control, postedTo(worker))
    )
  }

  #start(worker: number, control: Int32Array): void {
    for (const word of [ticketOf(worker), postedTo(worker), receivedBy(worker)])
      Atomics.store(control, word, 0)
    const thread = this.#spawn()
    this.#threads[worker] = thread
    thread.onEnd((reason) => {
      if (this.#threads[worker] !== thread) return
      this.#threads[worker] = undefined
      this.#hired = 1
      if (Atomics.load(control, receivedBy(worker)) > 0) return
      this.#stillborn++
      this.trouble = `worker threads do not start (${reason}), so one thread does everything`
    })
    this.#post(worker, thread, { kind: 'start', worker, control })
    for (const message of [...this.#attached.values()].flat()) this.#post(worker, thread, message)
  }

  #tellAll(message: Message): void {
    for (const [worker, thread] of this.#threads.entries()) if (thread) this.#post(worker, thread, message)
  }

  #post(worker: number, thread: Thread, message: Message): void {
    const control = this.#control as Int32Array
    Atomics.add(control, postedTo(worker), 1)
    thread.post(message)
    ring(control)
  }
}

/** The pool of this thread. */
export const pool = new Pool()
