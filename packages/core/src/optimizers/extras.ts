import { Part } from '../config/onDemand.ts'

/** What plain updates do without; regularizers and constraints ask for it too. */
export const extras = new Part(() => import('./more.ts'))
