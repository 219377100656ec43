import type { Attributes, Dim, Extents } from '../../program/program.ts'
import { sizeOf } from '../../program/program.ts'
import { Generator } from '../../random/generator.ts'

/** One operation at some shapes and attributes, to be computed by any engine and compared with the reference. */
export interface Case {
  readonly name: string
  readonly op: string
  readonly operands: Readonly<Record<string, Operand>>
  readonly attributes: Attributes
  readonly counts: Extents
  /** What is planned for; where larger than the counts, a run with other numbers at the bounds goes before. */
  readonly bounds: Extents
  /** Results that a loss may be made of. Without any, only results are compared, no gradients. */
  readonly differentiable: readonly string[]
  /** Is the operation smooth around these operands, so that finite differences tell its gradient? */
  readonly smooth: boolean
  /** So many runs in a row (optimizers). */
  readonly runs: number
  /** What the numbers of the run before are multiplied by. */
  readonly stale: number
  /** A float32 engine may differ from the reference by this share of a result's largest entry; 0: not at all. */
  readonly tolerance: number
}

export interface Operand {
  readonly shape: readonly Dim[]
  readonly dtype: 'float32' | 'int32'
  readonly gates?: number
  readonly rowGates?: number
  /** An input; otherwise a persistent value. */
  readonly fed: boolean
  /** Has no gradient by definition (labels). */
  readonly constant: boolean
  readonly values: Values
}

/** Numbers for a shape; `run` counts from 0. */
export type Values = (generator: Generator, shape: readonly number[], run: number) => ArrayLike<number>

type CaseOptions = Pick<Case, 'name' | 'op' | 'operands'> & Partial<Case>

export function defineCase(options: CaseOptions): Case {
  const counts = options.counts ?? { batch: 3 }
  return {
    attributes: {},
    bounds: counts,
    differentiable: [],
    smooth: true,
    runs: 1,
    stale: 1000,
    tolerance: 1e-6,
    ...options,
    counts,
  }
}

/** A float32 operand; with rows ('batch' first) it is an input, otherwise a parameter. */
export function float(
  shape: readonly Dim[],
  values: Values = uniform(-1, 1),
  options: Partial<Operand> = {},
): Operand {
  return { shape, dtype: 'float32', fed: shape[0] === 'batch', constant: false, values, ...options }
}

export function int(shape: readonly Dim[], values: Values): Operand {
  return { shape, dtype: 'int32', fed: true, constant: true, values }
}

export function uniform(low: number, high: number): Values {
  return drawn((generator) => low + (high - low) * generator.uniform())
}

export function wholeBelow(n: number): Values {
  return drawn((generator) => generator.below(n))
}

/** Along the last axis a 1 at a random place, 0 elsewhere. */
export const oneHotRows: Values = (generator, shape) => {
  const N = shape[shape.length - 1]
  const values = new Float64Array(sizeOf(shape))
  for (let row = 0; row < values.length; row += N) values[row + generator.below(N)] = 1
  return values
}

/** Along the last axis positive numbers that add up to 1. */
export const distributions: Values = (generator, shape) => {
  const N = shape[shape.length - 1]
  const values = Float64Array.from(uniform(0.05, 1)(generator, shape, 0))
  for (let row = 0; row < values.length; row += N) {
    const sum = values.subarray(row, row + N).reduce((a, b) => a + b, 0)
    for (let i = row; i < row + N; i++) values[i] /= sum
  }
  return values
}

/** These numbers, over and over. */
export function listed(...numbers: readonly number[]): Values {
  return (_, shape) => Array.from({ length: sizeOf(shape) }, (_, i) => numbers[i % numbers.length])
}

/** The numbers of an operand: float32 ones, so that every engine sees the same; the same for the same names, always. */
export function numbersOf(
  operand: Operand,
  shape: readonly number[],
  seed: string,
  run = 0,
): Float64Array | Int32Array {
  const values = operand.values(new Generator(hash(seed), run), shape, run)
  return operand.dtype === 'int32' ? Int32Array.from(values) : Float64Array.from(values, Math.fround)
}

function drawn(draw: (generator: Generator) => number): Values {
  return (generator, shape) => Array.from({ length: sizeOf(shape) }, () => draw(generator))
}

/** FNV-1a. */
export function hash(text: string): number {
  let value = 0x811c9dc5
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return value >>> 0
}
