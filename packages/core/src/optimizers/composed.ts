import { Part } from '../config/onDemand.ts'

/**
 * All that is composed of general operations: what plain updates, regularizers, constraints and activations do without.
 */
export const composed = new Part(() => import('./more.ts'))
