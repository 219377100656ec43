import { readFileSync } from 'node:fs'

const FLOPS = { narrow: 80, wide: 160 }
const STEPS_A_CALL = 20_000

/**
 * The loop 'narrow' (128 bits) or 'wide' (256 bits), ready to run.
 * Returns run(calls) -> floating-point operations done.
 */
export async function loadLoop(wasmPath, width) {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { instance } = await WebAssembly.instantiate(readFileSync(wasmPath), { env: { memory } })
  const name = width === 256 ? 'wide' : 'narrow'
  const loop = instance.exports[name]
  // a = ½ and b = 1: the chains settle at 2, far from denormals.
  new Float32Array(memory.buffer).set([0.5, 1])
  return (calls) => {
    for (let call = 0; call < calls; call++) loop(0, STEPS_A_CALL)
    return calls * STEPS_A_CALL * FLOPS[name]
  }
}
