import { BASIC_CASES } from './basic.ts'
import type { Case } from './case.ts'
import { GENERAL_CASES } from './general.ts'
import { LOSS_CASES } from './losses.ts'
import { MOVE_CASES } from './moves.ts'
import { OPTIMIZER_CASES } from './optimizers.ts'
import { PRODUCT_CASES } from './products.ts'
import { RECURRENT_CASES } from './recurrent.ts'
import { SCAN_CASES } from './scan.ts'

export type { Case } from './case.ts'
export { complaints } from './compare.ts'
export { type Results, runCase, runCaseOn } from './run.ts'

/** One suite for every engine: `complaints(c, await runCase(engine, c), await runCase(reference(), c))` is to be empty. */
export const CASES: readonly Case[] = [
  ...BASIC_CASES,
  ...GENERAL_CASES,
  ...MOVE_CASES,
  ...PRODUCT_CASES,
  ...RECURRENT_CASES,
  ...SCAN_CASES,
  ...LOSS_CASES,
  ...OPTIMIZER_CASES,
]
