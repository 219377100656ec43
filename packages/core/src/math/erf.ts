/** Beyond, erf is ±1 in float32, and near enough in float64 for what is compared with that. */
const FAR = 6

/**
 * erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·5·…·(2n+1)) (Abramowitz & Stegun 7.1.6): all terms have one sign, so
 * nothing cancels.
 */
export function erf(x: number): number {
  if (Math.abs(x) > FAR) return Math.sign(x)
  let term = x
  let sum = x
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}
