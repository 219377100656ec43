import type { Engine } from '../engines/engine.ts'
import { reference } from '../engines/reference/reference.ts'

/** An engine under test. */
export interface TestEngine {
  readonly name: string
  readonly engine: Engine
}

/** Every engine, as far as this machine has it: whatever holds for a model holds on all of them. */
export const ENGINES: readonly TestEngine[] = [{ name: 'reference', engine: reference() }]
