import { operation } from '../ops/index.ts'
import { scan } from '../ops/scan.ts'
import { copyOf } from '../ops/scanGradient.ts'
import { Builder } from './builder.ts'
import type { Instruction, Value, ValueType } from './program.ts'

/** One step, as it is being written down. */
export interface Step {
  /** Of the step's own program. */
  readonly builder: Builder
  /** This step of the sequences, without their second axis. */
  readonly x: readonly Value[]
  /** The states before it. */
  readonly states: readonly Value[]
  /** What is the same at every step, as the step sees it: a parameter, a mask of dropout. */
  given(outer: Value): Value
  /** This step of one more sequence. */
  along(outer: Value): Value
}

export interface ScanOptions {
  /** Sequences [B, T, …]; the step gets one step of each. At least one. */
  readonly sequences: readonly Value[]
  /** Initial states [B, …], or the types of those that begin at zero. */
  readonly states: readonly (Value | ValueType)[]
  /** From the last step to the first; results stay at their steps. Default false. */
  readonly reverse?: boolean
  /** Why there is no kernel for it, for `explain`. */
  readonly why: string
}

export interface Scanned {
  /** The step's outputs over all steps [B, T, …]. */
  readonly outputs: readonly Value[]
  /** The states after the last step processed. */
  readonly states: readonly Value[]
}

/**
 * Runs a step of a recurrent cell over time. What in it needs no state is done outside, for all steps at once: products
 * of the sequences, and whatever is made of parameters alone.
 */
export function emitScan(
  builder: Builder,
  { sequences, states, reverse = false, why }: ScanOptions,
  step: (step: Step) => { outputs: readonly Value[]; states: readonly Value[] },
): Scanned {
  const inner = new Builder('step')
  const outside = new Outside(builder)
  const before = states.map((state, i) => inner.input(`s${i}`, typeOf(state)))
  const along = (sequence: Value) =>
    outside.given('x', sequence, () => inner.input(`x of ${sequence.id}`, stepType(sequence)))
  const after = step({
    builder: inner,
    x: sequences.map(along),
    states: before,
    given: (value) => outside.given('k', value, () => inner.input(`k of ${value.id}`, typeOf(value))),
    along,
  })
  // a state may be another one's value of before, which is overwritten
  const carried = after.states.map((value, i) =>
    value.role === 'intermediate' || value === before[i] ? value : copyOf(inner, value),
  )
  const instructions = outside.take(inner.instructions)
  const outputs = Object.fromEntries([
    ...after.outputs.map(({ id }, i) => [`y${i}`, id] as const),
    ...carried.map(({ id }, i) => [`s${i}`, id] as const),
  ])
  const used = [...instructions.flatMap(({ inputs }) => Object.values(inputs)), ...Object.values(outputs)]
  const { inputs, operands } = outside.inputsFor(used)
  for (const [i, value] of before.entries()) inputs[`s${i}`] = value.id
  for (const [i, state] of states.entries()) if ('id' in state) operands[`s${i}`] = state
  // the number of steps is told by a sequence, whether or not the step reads it
  operands.x0 ??= sequences[0]
  const given = new Set(Object.values(inputs))
  const values = inner.values.map((value) =>
    given.has(value.id) ? { ...value, role: 'input' as const } : value,
  )
  const program = { name: 'step', values, instructions, inputs, outputs }
  const results = builder.emit(scan, operands, { step: program, reverse, why })
  return {
    outputs: after.outputs.map((_, i) => results[`y${i}`]),
    states: after.states.map((_, i) => results[`s${i}`]),
  }
}

/** Operations that do the same at every step, by the operand that has steps; the others serve all of them. */
const OVER_STEPS: Readonly<Record<string, string | undefined>> = { dense: 'x', multiply: 'a' }

/** What of a step is outside it: one for all steps (k), or there at every step (x). */
class Outside {
  readonly #builder: Builder
  /** By id of the step's value. */
  readonly #values = new Map<number, { readonly kind: 'x' | 'k'; readonly outer: Value }>()
  readonly #given = new Map<string, Value>()

  constructor(builder: Builder) {
    this.#builder = builder
  }

  /** The step's value for one of outside, made where it is asked for first. */
  given(kind: 'x' | 'k', outer: Value, make: () => Value): Value {
    const key = `${kind}${outer.id}`
    const known = this.#given.get(key)
    if (known) return known
    const value = make()
    this.#values.set(value.id, { kind, outer })
    this.#given.set(key, value)
    return value
  }

  /** Emits outside what can be done there; returns the others. */
  take(instructions: readonly Instruction[]): Instruction[] {
    return instructions.filter((instruction) => {
      const kind = this.#kindOf(instruction)
      if (!kind) return true
      const { op, inputs, attributes, outputs } = instruction
      const operands = Object.entries(inputs).map(([name, id]) => [name, this.#values.get(id)?.outer])
      const results = this.#builder.emit(operation(op), Object.fromEntries(operands), attributes)
      for (const [name, id] of Object.entries(outputs)) this.#values.set(id, { kind, outer: results[name] })
      return false
    })
  }

  #kindOf({ op, inputs }: Instruction): 'x' | 'k' | null {
    const kinds = Object.entries(inputs).map(([name, id]) => [name, this.#values.get(id)?.kind] as const)
    if (kinds.every(([, kind]) => kind === 'k')) return 'k'
    const sequence = OVER_STEPS[op]
    return sequence && kinds.every(([name, kind]) => kind === (name === sequence ? 'x' : 'k')) ? 'x' : null
  }

  /** The step's inputs for what it uses of outside, and the operands for them. */
  inputsFor(used: readonly number[]): { inputs: Record<string, number>; operands: Record<string, Value> } {
    const counts = { x: 0, k: 0 }
    const inputs: Record<string, number> = {}
    const operands: Record<string, Value> = {}
    for (const id of new Set(used)) {
      const found = this.#values.get(id)
      if (!found) continue
      const name = `${found.kind}${counts[found.kind]++}`
      inputs[name] = id
      operands[name] = found.outer
    }
    return { inputs, operands }
  }
}

function stepType({ shape: [batch, , ...rest], dtype, gates }: Value): ValueType {
  return { shape: [batch, ...rest], dtype, gates }
}

function typeOf({ shape, dtype, gates, rowGates }: ValueType): ValueType {
  return { shape, dtype, gates, rowGates }
}
