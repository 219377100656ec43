import { type Binary, compile } from './binaries.ts'
import { LocalMachine } from './machine.ts'
import { pool } from './pool.ts'
import { enableRelaxedSimd, enableTurbo } from './v8.ts'

// For tests: a machine on any binary. Turbo gives its bits on every V8 with relaxed SIMD; only its speed needs more.

enableRelaxedSimd()
enableTurbo()

export async function machineOn(binary: Binary, threads = 1, memoryLimit?: number): Promise<LocalMachine> {
  const module = await compile(binary)
  if (!module) throw new Error(`the '${binary}' kernels do not run here`)
  const arithmetic = binary === 'simd' ? 'unfused' : 'fused'
  return new LocalMachine({ binary, module, arithmetic, notes: [], pool, threads, memoryLimit })
}
