import { BASIC_CASES } from './cases/basic.ts'
import type { Case } from './cases/case.ts'
import { LOSS_CASES } from './cases/losses.ts'
import { OPTIMIZER_CASES } from './cases/optimizers.ts'
import { RECURRENT_CASES } from './cases/recurrent.ts'

export type { Case } from './cases/case.ts'
export { complaints } from './cases/compare.ts'
export { type Results, runCase, runCaseOn } from './cases/run.ts'

/** One suite for every engine: `complaints(c, await runCase(engine, c), await runCase(reference(), c))` is to be empty. */
export const CASES: readonly Case[] = [...BASIC_CASES, ...RECURRENT_CASES, ...LOSS_CASES, ...OPTIMIZER_CASES]
