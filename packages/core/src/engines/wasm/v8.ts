import { platform } from '#engine/platform'

type Feature = 'relaxed-simd' | 'revectorization'

/** What was to be switched on, and whether this V8 has it. */
const features = new Map<Feature, boolean>()

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

export function isAsked(feature: Feature): boolean {
  return features.has(feature)
}

export function isEnabled(feature: Feature): boolean {
  return features.get(feature) === true
}

function enable(feature: Feature): boolean {
  if (!isAsked(feature)) features.set(feature, platform.enable(feature))
  return isEnabled(feature)
}
