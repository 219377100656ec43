import { Part } from '../config/onDemand.ts'

/** All losses and metrics but the seed job's, and what they need in training. */
export const rest = new Part(() => import('../training/more.ts'))
