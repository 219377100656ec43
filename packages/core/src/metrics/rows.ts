/** The column of the largest of N numbers from `from` on; of equals the first. */
export function argmax(x: Float32Array, from: number, N: number): number {
  let best = from
  for (let i = from + 1; i < from + N; i++) if (x[i] > x[best]) best = i
  return best - from
}
