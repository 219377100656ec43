import type { Builder } from '../program/builder.ts'
import { hasRows, type Instruction, type Program, type Value } from '../program/program.ts'
import { activation } from './activation.ts'
import { add } from './add.ts'
import type { GradientContext, Op } from './op.ts'

export interface ScanAttributes extends Record<string, boolean | string | Program> {
  /**
   * Inputs x0, x1 … (a step of the sequences), s0, s1 … (states before the step), k0, k1 … (what is the same at every
   * step: parameters, or one entry a row); outputs y0 … and s0 … . Every instruction is one that is split by rows. A
   * state that it does not give is zero from then on; one that it gives is computed, and no other state's input.
   */
  readonly step: Program
  /** From the last step to the first; results stay at their steps. */
  readonly reverse: boolean
  /** Why it runs step by step, for `explain`. */
  readonly why: string
}

/** Ids of what the step knows beyond its sequences and constants: states before it, and all that it computes. */
export function known({ values, inputs, instructions }: Program): number[] {
  const states = Object.entries(inputs).flatMap(([name, id]) => (name[0] === 's' ? [id] : []))
  return [...states, ...instructions.flatMap(({ outputs }) => Object.values(outputs))].filter((id) =>
    hasRows(values[id]),
  )
}

/** The result that holds this value over all steps. */
export function keptName({ outputs }: Program, id: number): string {
  return Object.keys(outputs).find((name) => name[0] === 'y' && outputs[name] === id) ?? `v${id}`
}

/** The same numbers in a place of their own. */
export function copyOf(builder: Builder, x: Value): Value {
  return builder.emit(activation, { x }, { kind: 'linear' }).y
}

/** Where a value of the step's gradient comes from: one that is the same at every step, one of each step, or a sum over rows. */
type Kind = 'fixed' | 'step' | 'sum'

type Context = GradientContext<string, string, ScanAttributes>

/** The gradient of a scan: another one, and what is done once before and after it. */
export function scanGradient(
  scan: Op<string, string, ScanAttributes>,
  context: Context,
): Record<string, Value> {
  return new Backward(scan, context).emit()
}

class Backward {
  readonly #scan: Op<string, string, ScanAttributes>
  readonly #context: Context
  /** The step, and its gradient behind it. */
  readonly #both: Builder
  readonly #kinds = new Map<number, Kind>()
  /** By id of the step's and its gradient's values: the same outside, over all steps where it is one of each step. */
  readonly #outside = new Map<number, Value>()
  readonly #inside: Instruction[] = []
  readonly #sums: Instruction[] = []
  readonly #outputs: Record<string, number> = {}
  readonly #inputs: Record<string, number> = {}
  readonly #operands: Record<string, Value> = {}
  /** States of the way back by name of the state that they are the gradient of. */
  readonly #states = new Map<string, string>()
  /** Values of each step that are added up from step to step: the states of the way back that do so, by id. */
  readonly #totals = new Map<number, string>()
  /** What the way back keeps of every step. */
  readonly #stacked = new Set<number>()

  constructor(scan: Op<string, string, ScanAttributes>, context: Context) {
    this.#scan = scan
    this.#context = context
    const { step } = context.attributes
    this.#both = context.goOn(step)
    for (const [name, id] of Object.entries(step.inputs)) {
      this.#kinds.set(id, name[0] === 'k' ? 'fixed' : 'step')
      if (name[0] !== 's') this.#outside.set(id, context.inputs[name])
    }
    for (const id of known(step)) {
      this.#kinds.set(id, 'step')
      this.#outside.set(id, context.outputs[keptName(step, id)])
    }
  }

  emit(): Record<string, Value> {
    const { inputs, attributes, needs } = this.#context
    const { step, reverse, why } = attributes
    const names = Object.keys(step.inputs).filter(
      (name) => this.#value(name).dtype === 'float32' && (name[0] === 's' || needs(name)),
    )
    const seeds = this.#seeds()
    const gradients = this.#context.differentiate(
      this.#both,
      seeds,
      names.map((name) => this.#value(name)),
    )
    const found = names.flatMap((name) => {
      const gradient = gradients.get(this.#value(name))
      return gradient ? [[name, gradient] as const] : []
    })
    this.#sort(this.#both.instructions.slice(step.instructions.length))
    for (const [name, gradient] of found) this.#want(name, gradient)
    for (const sum of this.#sums) {
      const rows = this.#rowsOf(sum)
      // what sums one value is linear in it, and so may as well sum what the steps add up to
      if (rows.length === 1) this.#total(rows[0])
      else for (const id of rows) this.#stack(id)
    }
    const read = this.#inside.flatMap((instruction) => Object.values(instruction.inputs))
    for (const id of [...read, ...Object.values(this.#outputs)]) this.#give(id)
    // the number of steps is told by a sequence, whether or not the step reads it
    this.#operands.x0 ??= inputs.x0
    const results = this.#context.emit(
      this.#scan,
      { ...this.#operands },
      { step: this.#program(), reverse: !reverse, why },
    )
    for (const [name, id] of Object.entries(this.#outputs))
      if (name[0] === 'y') this.#outside.set(id, results[name])
    const total = (id: number) => results[this.#totals.get(id) as string]
    for (const sum of this.#sums) {
      const rows = this.#rowsOf(sum)
      this.#outsideAgain(sum, (id) => (rows.length === 1 && rows[0] === id ? total(id) : undefined))
    }
    return Object.fromEntries(
      found.flatMap(([name, { id }]) => {
        const isTotal = name[0] === 'k' && this.#kinds.get(id) === 'step'
        const state = this.#states.get(name)
        const gradient =
          name[0] === 's' ? state && results[state] : isTotal ? total(id) : this.#outside.get(id)
        return gradient ? [[name, gradient]] : []
      }),
    )
  }

  /** What an instruction that sums over rows has of each step. */
  #rowsOf({ inputs }: Instruction): number[] {
    return [...new Set(Object.values(inputs))].filter((id) => this.#kinds.get(id) === 'step')
  }

  /** Gradients that come from outside and from the step after. */
  #seeds(): Map<Value, Value> {
    const { attributes, outputGradients } = this.#context
    const { step } = attributes
    const seeds = new Map<Value, Value>()
    const seed = (value: Value, d: Value) => {
      const other = seeds.get(value)
      this.#kinds.set(d.id, 'step')
      seeds.set(value, other ? this.#both.emit(add, { a: other, b: d }, {}).y : d)
    }
    for (const [name, gradient] of Object.entries(outputGradients)) {
      if (!gradient || name[0] === 's') continue
      const value = step.values[name[0] === 'v' ? Number(name.slice(1)) : step.outputs[name]]
      const d = this.#both.input(`d${name}`, value)
      seed(value, d)
      this.#outside.set(d.id, gradient)
    }
    for (const [name, id] of Object.entries(step.outputs)) {
      if (name[0] !== 's' || step.values[id].dtype !== 'float32') continue
      const d = this.#both.input(`d${name}`, step.values[id])
      seed(step.values[id], d)
      const initial = outputGradients[name]
      const state = this.#state(d)
      this.#states.set(name, state)
      if (initial) this.#operands[state] = initial
    }
    return seeds
  }

  #state(value: Value): string {
    const name = `s${this.#states.size + this.#totals.size}`
    this.#inputs[name] = value.id
    return name
  }

  /** Puts what is the same at every step outside; of the rest, tells what sums over rows. */
  #sort(gradient: readonly Instruction[]): void {
    const { values } = this.#both
    for (const instruction of gradient) {
      const kinds = Object.values(instruction.inputs).map((id) => this.#kinds.get(id))
      const outputs = Object.values(instruction.outputs)
      const rows = outputs.every((id) => hasRows(values[id]))
      const kind = kinds.every((each) => each === 'fixed') ? 'fixed' : rows ? 'step' : 'sum'
      if (kind === 'step' && kinds.includes('sum'))
        throw new Error(
          `operation 'scan': '${instruction.op}' in its gradient needs a sum over rows at every step`,
        )
      // of a recurrent operation inside the step: it would look back along the scan's steps, not along its own
      if (kind === 'sum' && instruction.attributes.shift)
        throw new Error(
          `operation 'scan': '${instruction.op}' in its gradient looks from step to step, so its step can hold no recurrent operation; write that as a scan, or run it outside`,
        )
      for (const id of outputs) this.#kinds.set(id, kind)
      if (kind === 'fixed') this.#outsideAgain(instruction)
      else (kind === 'step' ? this.#inside : this.#sums).push(instruction)
    }
  }

  /** @param instead operands other than those of outside */
  #outsideAgain(instruction: Instruction, instead?: (id: number) => Value | undefined): void {
    const operands = Object.entries(instruction.inputs).map(([name, id]) => [
      name,
      instead?.(id) ?? (this.#outside.get(id) as Value),
    ])
    const results = this.#context.again(instruction, Object.fromEntries(operands))
    for (const [name, id] of Object.entries(instruction.outputs)) this.#outside.set(id, results[name])
  }

  /** Makes the gradient of this input of the step a result. */
  #want(name: string, gradient: Value): void {
    if (this.#kinds.get(gradient.id) !== 'step') return
    if (name[0] === 'x') this.#stack(gradient.id)
    else if (name[0] === 's') this.#carry(this.#states.get(name), gradient)
    else this.#total(gradient.id)
  }

  /** Adds a value up from step to step. */
  #total(id: number): void {
    if (this.#totals.has(id)) return
    const value = this.#both.values[id]
    const sofar = this.#both.input(`sum of ${value.name}`, value)
    this.#kinds.set(sofar.id, 'step')
    const state = this.#state(sofar)
    this.#totals.set(id, state)
    this.#carry(state, this.#add(sofar, value))
  }

  #carry(state: string | undefined, value: Value): void {
    if (state === undefined) return
    const isOther = Object.entries(this.#inputs).some(([name, id]) => name !== state && id === value.id)
    this.#outputs[state] = (isOther ? this.#copy(value) : value).id
  }

  #add(a: Value, b: Value): Value {
    return this.#append(() => this.#both.emit(add, { a, b }, {}).y)
  }

  #copy(x: Value): Value {
    return this.#append(() => copyOf(this.#both, x))
  }

  #append(emit: () => Value): Value {
    const value = emit()
    this.#kinds.set(value.id, 'step')
    this.#inside.push(this.#both.instructions[this.#both.instructions.length - 1])
    return value
  }

  /** Keeps a value of each step, unless it is there already. */
  #stack(id: number): void {
    if (this.#outside.has(id) || this.#stacked.has(id)) return
    this.#outputs[`y${this.#stacked.size}`] = id
    this.#stacked.add(id)
  }

  /** Gives the step on the way back what it needs of outside. */
  #give(id: number): void {
    const value = this.#outside.get(id)
    if (!value || Object.values(this.#inputs).includes(id)) return
    const kind = this.#kinds.get(id) === 'fixed' ? 'k' : 'x'
    const name = `${kind}${Object.keys(this.#inputs).filter((key) => key[0] === kind).length}`
    this.#inputs[name] = id
    this.#operands[name] = value
  }

  #program(): Program {
    const given = new Set(Object.values(this.#inputs))
    const values = this.#both.values.map((value) =>
      given.has(value.id) ? { ...value, role: 'input' as const } : value,
    )
    const { name } = this.#both.finish()
    return { name, values, instructions: this.#inside, inputs: this.#inputs, outputs: this.#outputs }
  }

  #value(input: string): Value {
    const { step } = this.#context.attributes
    return step.values[step.inputs[input]]
  }
}
