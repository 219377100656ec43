import { TaskError } from '../errors.ts'
import { count } from '../report/format.ts'
import type { Step } from './dates.ts'

/** Rows of each part, one after the other in time: train from 0, then validation, then test to `end`. */
export type Parts = {
  validation: number
  test: number
  end: number
}

/**
 * Cuts rows by time. Windows of a part are those whose forecast lies in it; what they are made from may reach back into
 * the part before, as in Informer's code (Zhou et al. 2021).
 *
 * @throws TaskError where a part is too short for one window
 */
export function split(
  name: string,
  rows: number,
  how: readonly number[] | 'informer',
  step: Step | null,
  window: number,
  horizon: number,
): Parts {
  const [train, validation, test] = how === 'informer' ? informer(name, step) : countsOf(how, rows)
  const parts = { validation: train, test: train + validation, end: train + validation + test }
  if (parts.end > rows) {
    throw new TaskError(
      `${name}: expected ${count(parts.end)} rows, for a split of ${count(train)}, ${count(validation)} and ${count(test)}, received ${count(rows)}. Split by shares, for example --split 0.7,0.1,0.2`,
    )
  }
  const shortest = Math.min(validation, test)
  if (train < window + horizon || shortest < horizon) {
    throw new TaskError(
      `${name}: expected at least ${count(window + horizon)} rows to train on (${count(window)} back and ${count(horizon)} ahead) and ${count(horizon)} each to validate and test, ` +
        `received ${count(train)}, ${count(validation)} and ${count(test)} of ${count(rows)}. ` +
        'Forecast fewer steps (--horizon), look less far back (--window), split otherwise (--split), or bring more data.',
    )
  }
  return parts
}

function countsOf(how: readonly number[], rows: number): number[] {
  if (how.every(Number.isInteger)) return [...how]
  const [train, validation] = how.map((share) => Math.floor(share * rows + 1e-9))
  return [train, validation, rows - train - validation]
}

/** 12, 4 and 4 months of 30 days. */
function informer(name: string, step: Step | null): number[] {
  if (!step || !('ms' in step) || step.ms > 86_400_000) {
    throw new TaskError(
      `${name}: --split informer is by months of 30 days: expected dates a day or less apart. Split by shares, for example --split 0.7,0.1,0.2`,
    )
  }
  const month = Math.round((30 * 86_400_000) / step.ms)
  return [12 * month, 4 * month, 4 * month]
}
