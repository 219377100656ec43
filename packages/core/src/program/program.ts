import { countOf, lengthOf } from './lengths.ts'

/**
 * A program: what is computed, as plain data. A list of instructions over numbered values.
 * Layers emit it, `differentiate` appends its gradient, `plan` gives every value a place, an engine runs it.
 */

/**
 * A size: a number, or the name of an extent ('batch', 'time') whose bound is known at planning and count at run time,
 * or what comes of one ('time/-2': lengths.ts).
 */
export type Dim = number | string

/** The extent over which a batch's rows are counted; first axis of every value that holds one entry a sample. */
export const BATCH = 'batch'

export interface ValueType {
  /** Logical shape, batch first: `['batch', 28, 128]`; parameters as in Keras: `[28, 512]`. */
  readonly shape: readonly Dim[]
  readonly dtype: 'float32' | 'int32'
  /** The last axis is this many gate blocks of equal size (4 for an LSTM's i f c o); 1 if absent. */
  readonly gates?: number
  /** The first axis is this many gate blocks: a transposed kernel. */
  readonly rowGates?: number
}

/**
 * parameter: a weight; state: kept between runs but no weight (an optimizer's slot); both are shared, by name,
 * among all programs of a model. input: fed at every run. intermediate: lives within a run.
 */
export type Role = 'parameter' | 'state' | 'input' | 'intermediate'

export interface Value extends ValueType {
  readonly id: number
  readonly name: string
  readonly role: Role
}

/** What an operation is told beside its operands; plain JSON. A program among them is one it runs inside (a scan's step). */
export type Attributes = Readonly<Record<string, number | boolean | string | readonly number[] | Program>>

export interface Instruction {
  /** Name of the operation in `ops/`. */
  readonly op: string
  /** Value ids by operand name; an optional operand that is not given is absent. */
  readonly inputs: Readonly<Record<string, number>>
  readonly outputs: Readonly<Record<string, number>>
  readonly attributes: Attributes
  /** The layer, loss, metric or optimizer that emitted it. */
  readonly scope: string
}

export interface Program {
  readonly name: string
  readonly values: readonly Value[]
  readonly instructions: readonly Instruction[]
  /** Values fed at every run, by name. */
  readonly inputs: Readonly<Record<string, number>>
  /** Values a caller may fetch after a run, by name. */
  readonly outputs: Readonly<Record<string, number>>
}

/** Is this attribute a program that the instruction runs inside? */
export function isProgram(attribute: Attributes[string]): attribute is Program {
  return typeof attribute === 'object' && 'instructions' in attribute
}

/** Sizes of the named extents: bounds at planning, counts at run time. */
export type Extents = Readonly<Record<string, number>>

/** The named extents that a program's values are sized by, in order of first use. */
export function extentsOf(program: Program): string[] {
  const names = new Set<string>()
  for (const value of program.values)
    for (const dim of value.shape) if (typeof dim === 'string') names.add(lengthOf(dim).base)
  return [...names]
}

/** A shape in numbers. */
export function resolveShape(shape: readonly Dim[], extents: Extents): number[] {
  return shape.map((dim) => {
    if (typeof dim === 'number') return dim
    const size = countOf(lengthOf(dim), extents)
    if (!(size >= 1))
      throw new RangeError(`the length '${dim}' must be at least 1; got ${JSON.stringify(extents)}`)
    return size
  })
}

/** Number of entries of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1)
}

/** Has this value one entry a sample? Then a batch's rows may be split among threads. */
export function hasRows(type: ValueType): boolean {
  return type.shape[0] === BATCH
}

/** `float32[batch, 28, 128]`, as printed by `explain`. */
export function formatType(type: ValueType): string {
  return `${type.dtype}[${type.shape.join(', ')}]`
}
