import { camelCase } from '../config/keras.ts'
import { suggest } from '../config/options.ts'
import { OptionError } from '../errors.ts'

/** `{name}`, `{name:04d}`, `{name:.2f}`, …; doubled braces stand for themselves. */
const FIELD = /\{\{|\}\}|\{(\w+)(?::(0?)(\d*)(?:\.(\d+))?([dfeg%]?))?\}|[{}]/g

/** A path whose placeholders are filled as Python's `str.format` fills them: `model-{epoch:02d}-{valLoss:.2f}.safetensors`. */
export function formatPath(where: string, path: string, values: Readonly<Record<string, number>>): string {
  return fill(where, path, (name) => {
    if (Object.hasOwn(values, name)) return values[name]
    throw new OptionError(
      `${where}: filepath '${path}' names a figure that is not there, '${name}'.${suggest(name, Object.keys(values))}`,
    )
  })
}

/** Throws where a placeholder is written in a way that is not understood. */
export function checkPath(where: string, path: string): void {
  fill(where, path, () => 1)
}

function fill(where: string, path: string, read: (name: string) => number): string {
  return path.replace(
    FIELD,
    (field, name?: string, zero?: string, width?: string, digits?: string, kind?: string) => {
      if (field === '{{' || field === '}}') return field[0]
      if (name === undefined)
        throw new OptionError(
          `${where}: cannot read the placeholders of filepath '${path}'. Write them as {epoch:02d} or {valLoss:.2f}, and a brace itself twice.`,
        )
      const text = formatNumber(
        read(camelCase(name)),
        digits === undefined ? null : Number(digits),
        kind ?? '',
      )
      return padded(text, Number(width || 0), zero === '0')
    },
  )
}

function formatNumber(value: number, digits: number | null, kind: string): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  switch (kind) {
    case 'd':
      return value.toFixed(0)
    case 'f':
      return value.toFixed(digits ?? 6)
    case '%':
      return `${(value * 100).toFixed(digits ?? 6)}%`
    case 'e':
      return exponent(value.toExponential(digits ?? 6))
    case 'g':
      return general(value, digits ?? 6)
    default:
      return digits === null ? String(value) : general(value, digits)
  }
}

/** Python's: the shorter of the two forms, without zeros at the end. */
function general(value: number, digits: number): string {
  const significant = Math.max(digits, 1)
  const scientific = value.toExponential(significant - 1)
  const power = Number(scientific.split('e')[1])
  const trimmed = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)
  if (power >= -4 && power < significant) return trimmed(value.toFixed(significant - 1 - power))
  const [mantissa, tail] = scientific.split('e')
  return exponent(`${trimmed(mantissa)}e${tail}`)
}

/** 1e-7 → 1e-07. */
function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

function padded(text: string, width: number, zero: boolean): string {
  if (!zero) return text.padStart(width)
  const sign = text.startsWith('-') ? '-' : ''
  return sign + text.slice(sign.length).padStart(width - sign.length, '0')
}
