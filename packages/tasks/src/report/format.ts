/** Numbers as people read them. */

const grouped = new Intl.NumberFormat('en-US')

/** 60000 → 60,000 */
export const count = (value: number): string => grouped.format(Math.round(value))

/** 0.98612 → 98.61 % */
export const percent = (share: number, digits = 2): string => `${(share * 100).toFixed(digits)} %`

/** Four decimals, or a power of ten where those would hide the number: 0.0071, 3.2e-6 */
export function decimal(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1) : value.toFixed(4)
}

/** bagOfWords → bag of words */
export const spaced = (name: string): string =>
  name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** 1 epoch, 2 epochs */
export const several = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`
