import { platform } from '#engine-platform'

let turbo = false

/**
 * Lets this process's V8 merge pairs of 128-bit operations into 256-bit ones, so that `wasm()` may use its turbo
 * kernels. A flag of the whole process, which V8 calls experimental: for programs that own their process.
 * To be called before the first engine is opened.
 *
 * @returns whether this V8 has it (Node 24 and later)
 */
export function enableTurbo(): boolean {
  turbo ||= platform.enable('revectorization')
  return turbo
}

/** Is turbo switched on? */
export function turboIsOn(): boolean {
  return turbo
}

/**
 * Lets this process's V8 take relaxed SIMD where it is still behind a flag (Node 20; later ones have it anyway).
 * To be called before the first engine is opened.
 *
 * @returns whether this V8 has it
 */
export function enableRelaxedSimd(): boolean {
  return platform.enable('relaxed-simd')
}
