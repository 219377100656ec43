import { platform } from '#engine/platform'

/** What has been switched on. */
const features = new Set<string>()

/**
 * Lets this process's V8 merge pairs of 128-bit operations into 256-bit ones, so that `wasm()` may use its turbo
 * kernels. A flag of the whole process, which V8 calls experimental: for programs that own their process.
 * To be called before the first engine is opened.
 *
 * @returns whether this V8 has it (Node 24 and later)
 */
export function enableTurbo(): boolean {
  return enable('revectorization')
}

/**
 * Lets this process's V8 take relaxed SIMD where it is still behind a flag (Node 20; later ones have it anyway).
 * To be called before the first engine is opened.
 *
 * @returns whether this V8 has it
 */
export function enableRelaxedSimd(): boolean {
  return enable('relaxed-simd')
}

export function isEnabled(feature: 'relaxed-simd' | 'revectorization'): boolean {
  return features.has(feature)
}

function enable(feature: 'relaxed-simd' | 'revectorization'): boolean {
  if (!features.has(feature) && platform.enable(feature)) features.add(feature)
  return features.has(feature)
}
