import { type Check, oneOf, positiveInteger, show } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { derive } from '../program/derive.ts'
import { type Dim, formatType, type Value } from '../program/program.ts'

// What convolutions and poolings have in common: windows that run along the steps.

/** How a sequence is filled up: not at all, on both sides so that ⌈steps / stride⌉ windows fit, or in front alone. */
export type Padding = 'valid' | 'same' | 'causal'

export interface Windows {
  readonly size: number
  readonly stride: number
  readonly dilation: number
  readonly padding: Padding
}

export const isPadding = (allowCausal: boolean): Check =>
  oneOf(allowCausal ? ['valid', 'same', 'causal'] : ['valid', 'same'])

/** A whole number, or a list of one, as Keras writes it. */
export const isOne: Check = (value) =>
  positiveInteger(Array.isArray(value) && value.length === 1 ? value[0] : value) &&
  'a whole number greater than 0'

export function oneOfList(value: number | readonly number[]): number {
  return [value].flat()[0]
}

/** Steps that a window spans. */
function span({ size, dilation }: Windows): number {
  return dilation * (size - 1) + 1
}

/** Windows along so many steps. */
export function windowsIn(windows: Windows, steps: number): number {
  const { stride, padding } = windows
  if (padding === 'valid') return Math.floor((steps - span(windows)) / stride) + 1
  return Math.floor((steps - 1) / stride) + 1
}

/** The same of a length that is open. */
export function openWindows(windows: Windows, steps: Dim): Dim {
  const { stride, padding } = windows
  return derive(derive(derive(steps, '+', padding === 'valid' ? -span(windows) : -1), '/', stride), '+', 1)
}

/** Steps of padding before the first and behind the last; TensorFlow puts the odd one behind. */
export function paddingOf(where: string, windows: Windows, x: Value): { before: number; after: number } {
  const { stride, padding } = windows
  if (padding === 'valid') return { before: 0, after: 0 }
  if (padding === 'causal') return { before: span(windows) - 1, after: 0 }
  const steps: Dim = x.shape[1]
  if (typeof steps !== 'number' && stride > 1)
    throw new OptionError(
      `${where}: padding 'same' with strides above 1 depends on the length, which is open here (${formatType(x)}); fix it, or use 'valid'; got strides ${show(stride)}`,
    )
  const total =
    typeof steps === 'number'
      ? Math.max((windowsIn(windows, steps) - 1) * stride + span(windows) - steps, 0)
      : span(windows) - 1
  const before = Math.floor(total / 2)
  return { before, after: total - before }
}
