import { MOST_THREADS } from './settings.ts'

/**
 * Words that the thread which calls and its workers share, each on a cache line of its own. The caller describes a
 * segment (instructions without a barrier between), puts out a ticket for every worker's share, and rings the bell.
 * Whoever takes a ticket does the share; a share whose worker has not come by the time the caller has done its own is
 * done by the caller. So a sleeping, slow or dead worker costs time and nothing else, unless it dies over its share.
 */
const LINE = 16

/** Changes whenever there is something to look at. */
export const BELL = 0
/** Shares that workers have not finished yet. */
export const OUTSTANDING = LINE
/** 1 after a kernel has failed in a worker. */
export const FAILED = 2 * LINE
/** The segment: which crew's memory, its first record, how many, the batch's rows, how many shares, the memory's size. */
export const CREW = 3 * LINE
export const FIRST = CREW + 1
export const COUNT = CREW + 2
export const ROW_COUNT = CREW + 3
export const SHARES = CREW + 4
export const WORDS = CREW + 5

const FIRST_WORKER = 4 * LINE
const MOST_WORKERS = MOST_THREADS - 1

/** 1 while this worker's share waits to be taken. Workers count from 1: the caller is thread 0. */
export const ticketOf = (worker: number): number => FIRST_WORKER + (2 * worker - 2) * LINE
/** How many messages have been posted to this worker, and how many it has acted on: it leaves its loop for them. */
export const postedTo = (worker: number): number => FIRST_WORKER + (2 * worker - 1) * LINE
export const receivedBy = (worker: number): number => postedTo(worker) + 1

export function newControl(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * (FIRST_WORKER + 2 * MOST_WORKERS * LINE)))
}

/** Looks at a word so often before it sleeps: some 160 µs, longer than a trainer takes from one step to the next. */
const SPINS = 20_000

/** Waits until the word is no longer `value`, for `patience` milliseconds at most. */
export function waitWhile(
  control: Int32Array,
  word: number,
  value: number,
  patience = Number.POSITIVE_INFINITY,
): void {
  for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(control, word) !== value) return
  Atomics.wait(control, word, value, patience)
}

export function ring(control: Int32Array): void {
  Atomics.add(control, BELL, 1)
  Atomics.notify(control, BELL)
}
