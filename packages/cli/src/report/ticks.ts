/** Round numbers that enclose the values, at most `most` steps: 80, 85 … 100. */
export function niceTicks(values: readonly number[], most: number): number[] {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const range = high - low || 1
  const power = 10 ** Math.floor(Math.log10(range / most))
  const step = power * ([1, 2, 5].find((digit) => range <= most * digit * power) ?? 10)
  const first = Math.floor(low / step)
  const last = Math.max(Math.ceil(high / step), first + 1)
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  )
}
