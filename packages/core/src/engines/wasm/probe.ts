import { dense } from '../../ops/dense.ts'
import { Builder } from '../../program/builder.ts'
import type { Binary } from './binaries.ts'
import { LocalMachine } from './machine.ts'
import { pool } from './pool.ts'

/** Is a multiply-add of this binary rounded once? A relaxed instruction may do either, as the hardware can. */
export async function isFused(binary: Binary, module: WebAssembly.Module): Promise<boolean> {
  const builder = new Builder('is a multiply-add fused?')
  const x = builder.input('x', { shape: ['batch', 1], dtype: 'float32' })
  const kernel = builder.input('kernel', { shape: [1, 1], dtype: 'float32' })
  const bias = builder.input('bias', { shape: [1], dtype: 'float32' })
  builder.output('y', builder.emit(dense, { x, kernel, bias }, {}).y)
  const executable = await machineOf(binary, module).load(builder.finish(), { batch: 1 })
  // (1 + ε)² = 1 + 2ε + ε²; with ε = 2⁻¹² the last term is lost where the product is rounded by itself
  const factor = { data: Float32Array.of(1 + 2 ** -12) }
  const y = new Float32Array(1)
  await executable.run(
    { batch: 1 },
    { x: factor, kernel: factor, bias: { data: Float32Array.of(-1 - 2 ** -11) } },
    { y },
  )
  return y[0] !== 0
}

/** A machine on one thread, to try a binary with. */
export function machineOf(binary: Binary, module: WebAssembly.Module): LocalMachine {
  return new LocalMachine({ binary, module, arithmetic: 'unfused', notes: [], pool, threads: 1 })
}
