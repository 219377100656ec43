import type { Engine } from '../engines/engine.ts'
import { reference } from '../engines/reference/reference.ts'
import { enableRelaxedSimd, wasm } from '../engines/wasm/index.ts'

/** An engine under test. */
export interface TestEngine {
  readonly name: string
  readonly engine: Engine
}

enableRelaxedSimd()

/** Every set of kernels that all supported Nodes have. */
export const WASM_ENGINES: readonly TestEngine[] = [
  { name: 'wasm simd', engine: wasm({ kernels: 'simd' }) },
  { name: 'wasm relaxed', engine: wasm({ kernels: 'relaxed' }) },
]

/** Every engine: what holds for a model holds on all of them. */
export const ENGINES: readonly TestEngine[] = [{ name: 'reference', engine: reference() }, ...WASM_ENGINES]
