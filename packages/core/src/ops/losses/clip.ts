/**
 * Probabilities are kept within [1e-7, 1 − 1e-7] before a logarithm, as Keras does. The bounds are those of float32, on
 * every engine: 1 − 1e-7 rounds to 0.99999988, which makes −log(1 − p) of a sure and wrong answer 15.94, not 16.12.
 */
const LOWEST_PROBABILITY = Math.fround(1e-7)
const HIGHEST_PROBABILITY = Math.fround(1 - 1e-7)

export function clipProbability(p: number): number {
  return Math.max(LOWEST_PROBABILITY, Math.min(HIGHEST_PROBABILITY, p))
}

/** Derivative of the clipping: 0 outside the bounds, 1 within and on them (TensorFlow's choice). */
export function clipSlope(p: number): number {
  return p >= LOWEST_PROBABILITY && p <= HIGHEST_PROBABILITY ? 1 : 0
}
