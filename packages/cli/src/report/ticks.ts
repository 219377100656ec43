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

/** One of such ticks as all of them are written: with as many decimals as the finest has; very small ones as powers of ten. */
export function tickText(tick: number, ticks: readonly number[]): string {
  const decimals = Math.max(...ticks.map(decimalsOf))
  if (decimals > MOST_DECIMALS) return tick.toExponential()
  return tick.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

const MOST_DECIMALS = 6

/** 0.25 → 2, 1e-7 → 7 */
function decimalsOf(value: number): number {
  const [digits, power = '0'] = String(value).split('e')
  return Math.max(0, (digits.split('.')[1] ?? '').length - Number(power))
}
