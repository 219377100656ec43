/**
 * A program as threads see it: records in the shared memory, one an instruction, of four words:
 *   kernel (its number among the binary's exports), descriptor (address), split (ROWS, PANELS or ALONE), panels of the results.
 */
export const RECORD_WORDS = 4
export const RECORD_BYTES = 4 * RECORD_WORDS

/** Each thread takes some of the batch's rows, or some panels; or thread 0 does the whole, before the others begin. */
export const ROWS = 0
export const PANELS = 1
export const ALONE = 2

/** In place of a kernel's number: a loop, whose own records begin at the word that stands in place of the panels. */
export const LOOP = -1

/**
 * `descriptor` is an address; the part to do is [from, to) of the rows or panels. Within a loop, `step` says which; only
 * `move` asks.
 */
export type Kernel = (descriptor: number, from: number, to: number, step: number) => void

/**
 * Does one thread's share of `count` instructions, from the record at word `first`. Shares differ by one row or panel
 * at most, the first ones being the larger: a single panel is thread 0's, which need not be woken for it. Which thread
 * does which changes no bit, since no sum crosses from one row or panel to another.
 */
export function runShare(
  kernels: readonly Kernel[],
  words: Int32Array,
  first: number,
  count: number,
  rows: number,
  share: number,
  shares: number,
): void {
  const end = first + count * RECORD_WORDS
  for (let record = first; record < end; record += RECORD_WORDS) {
    const units = words[record + 2] === ROWS ? rows : words[record + 3]
    const from = Math.ceil((units * share) / shares)
    const to = Math.ceil((units * (share + 1)) / shares)
    if (from >= to) continue
    if (words[record] === LOOP) runLoop(kernels, words, record, from, to)
    else kernels[words[record]](words[record + 1], from, to, 0)
  }
}

/**
 * A loop's descriptor: address of the count of steps, whether they run backward, how many records run before the first
 * step, at every step, and after the last. All of them are split by rows.
 */
function runLoop(
  kernels: readonly Kernel[],
  words: Int32Array,
  record: number,
  from: number,
  to: number,
): void {
  const descriptor = words[record + 1] / 4
  const steps = words[words[descriptor] / 4]
  const reverse = words[descriptor + 1] === 1
  const first = words[record + 3]
  const body = first + words[descriptor + 2] * RECORD_WORDS
  const after = body + words[descriptor + 3] * RECORD_WORDS
  const end = after + words[descriptor + 4] * RECORD_WORDS
  runRecords(kernels, words, first, body, from, to, 0)
  for (let i = 0; i < steps; i++) {
    runRecords(kernels, words, body, after, from, to, reverse ? steps - 1 - i : i)
  }
  runRecords(kernels, words, after, end, from, to, 0)
}

function runRecords(
  kernels: readonly Kernel[],
  words: Int32Array,
  first: number,
  end: number,
  from: number,
  to: number,
  step: number,
): void {
  for (let record = first; record < end; record += RECORD_WORDS)
    kernels[words[record]](words[record + 1], from, to, step)
}
