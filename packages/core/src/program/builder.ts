import { know } from '../ops/index.ts'
import type { Emit, Op } from '../ops/op.ts'
import type { Attributes, Instruction, Program, Role, Value, ValueType } from './program.ts'

/** Collects values and instructions into a program. */
export class Builder {
  readonly values: Value[] = []
  readonly instructions: Instruction[] = []
  readonly #name: string
  readonly #inputs: Record<string, number> = {}
  readonly #outputs: Record<string, number> = {}
  readonly #persistent = new Map<string, Value>()
  #scope = ''

  /** @param begun goes on from this program's values and instructions; its inputs and outputs are named anew */
  constructor(name: string, begun?: Program) {
    this.#name = name
    if (!begun) return
    this.values.push(...begun.values)
    this.instructions.push(...begun.instructions)
  }

  /** Instructions emitted within `body` carry this scope (a layer's name). */
  within<T>(scope: string, body: () => T): T {
    const outer = this.#scope
    this.#scope = scope
    try {
      return body()
    } finally {
      this.#scope = outer
    }
  }

  input(name: string, type: ValueType): Value {
    const value = this.#add(name, 'input', type)
    this.#inputs[name] = value.id
    return value
  }

  /** A weight; asked for twice (a shared layer), it is the same value. */
  parameter(name: string, type: ValueType): Value {
    return this.#keep(name, 'parameter', type)
  }

  /** What is kept between runs but is no weight: an optimizer's slot, a moving average. */
  state(name: string, type: ValueType): Value {
    return this.#keep(name, 'state', type)
  }

  /** Lets callers fetch this value after a run. */
  output(name: string, value: Value): void {
    this.#outputs[name] = value.id
  }

  readonly emit: Emit = (op, inputs, attributes) => {
    know(op as unknown as Op)
    const operands = this.#operands(op, inputs)
    const types = op.infer(operands, attributes)
    const results = {} as Record<keyof typeof types, Value>
    const outputs: Record<string, number> = {}
    for (const key of op.open ? (Object.keys(types) as (keyof typeof types)[]) : op.outputs) {
      const type = types[key]
      if (!type) continue
      results[key] = this.#add(`${this.#scope}/${op.name}.${key}`, 'intermediate', type)
      outputs[key] = results[key].id
    }
    const ids = Object.fromEntries(Object.entries<Value>(operands).map(([key, value]) => [key, value.id]))
    this.instructions.push({ op: op.name, inputs: ids, outputs, attributes, scope: this.#scope })
    return results
  }

  /** The instruction that computed this value; undefined for inputs and parameters. */
  producer(value: Value): Instruction | undefined {
    return this.instructions.find(({ outputs }) => Object.values(outputs).includes(value.id))
  }

  finish(): Program {
    const { values, instructions } = this
    return { name: this.#name, values, instructions, inputs: this.#inputs, outputs: this.#outputs }
  }

  #operands<I extends string, O extends string, A extends Attributes>(
    op: Op<I, O, A>,
    inputs: Partial<Readonly<Record<I, Value | undefined>>>,
  ): Record<I, Value> {
    const operands = {} as Record<I, Value>
    for (const key of op.open ? (Object.keys(inputs) as I[]) : op.inputs) {
      const value = inputs[key]
      if (value) operands[key] = value
      else if (!op.open && !op.optional?.includes(key))
        throw new Error(`operation '${op.name}' needs its operand '${key}'`)
    }
    return operands
  }

  #keep(name: string, role: Role, type: ValueType): Value {
    const known = this.#persistent.get(name)
    if (known) return known
    const value = this.#add(name, role, type)
    this.#persistent.set(name, value)
    return value
  }

  #add(name: string, role: Role, type: ValueType): Value {
    const value: Value = { ...type, id: this.values.length, name, role }
    this.values.push(value)
    return value
  }
}
