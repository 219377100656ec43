import { TaskError } from '../errors.ts'
import { count } from '../report/format.ts'
import { type Step, seasonOf } from './dates.ts'
import type { Series } from './series.ts'
import type { ForecastSettings } from './settings.ts'

/** Rows of each part, one after the other in time: train from 0, then validation, then test to `end`. */
export type Parts = {
  validation: number
  test: number
  end: number
}

// A type, not an interface, so that it counts as JSON: it is kept in the model's file.

/** How a series is cut into parts, and these into windows. In steps of the series. */
export type Cut = {
  /** Steps back that a forecast is made from. */
  window: number
  /** Steps that go by together as one time step of the recurrent layer; the window is a multiple of it. */
  patch: number
  /** Steps ahead. */
  horizon: number
  /** Steps after which the series mostly repeats itself. */
  season: number
  parts: Parts
}

/**
 * Cuts a series as the settings say, and where they say nothing by its length and dates.
 *
 * @throws TaskError where a part is too short for one window
 */
export function cutOf(
  { name, rows, step }: Pick<Series, 'name' | 'rows' | 'step'>,
  settings: ForecastSettings,
): Cut {
  const { horizon } = settings
  const season = settings.season ?? seasonOf(step)
  const { window, patch } = windowOf(rows, season, settings)
  return { window, patch, horizon, season, parts: split(name, rows, settings.split, step, window, horizon) }
}

/** Two weeks of hours, a few seasons of anything else, and never more than a quarter of the data; whole patches. */
function windowOf(
  rows: number,
  season: number,
  { window, patch }: Pick<ForecastSettings, 'window' | 'patch'>,
): Pick<Cut, 'window' | 'patch'> {
  const few = season > 1 ? Math.max(2 * season, Math.min(14 * season, 336)) : 48
  const most = Math.max(2, Math.floor(rows / 4))
  const wanted = window ?? Math.min(few, most)
  if (window !== null && patch !== null && window % patch !== 0) throw notFitting(window, patch)
  const usual = patch ?? (wanted >= 96 ? (season >= 6 && season <= 48 ? season : 12) : 1)
  if (window !== null) return { window, patch: window % usual === 0 ? usual : 1 }
  return { window: Math.max(usual, Math.floor(wanted / usual) * usual), patch: usual }
}

function notFitting(window: number, patch: number): TaskError {
  const fitting = Array.from({ length: window }, (_, n) => n + 1).filter((size) => window % size === 0)
  const nearest = fitting.reduce((one, other) =>
    Math.abs(other - patch) < Math.abs(one - patch) ? other : one,
  )
  return new TaskError(
    `--patch ${patch}: expected steps that go into the window of ${window} without a rest, received ${patch}. Take ${nearest}, or --window ${Math.ceil(window / patch) * patch}.`,
  )
}

/**
 * Cuts rows by time. Windows of a part are those whose forecast lies in it; what they are made from may reach back into
 * the part before, as in Informer's code (Zhou et al. 2021).
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
