import { type Dim, formatType, hasRows, type ValueType } from '../program/program.ts'
import type { Float64Tensor, Meaning, Op } from './op.ts'
import { processingOrder } from './recurrent.ts'
import { keptName, known, type ScanAttributes, scanGradient } from './scanGradient.ts'

// A program over time, so that any cell runs with gradients and needs no kernel of its own.
// B batch, T time steps.
//
//   y_t, s_t = step(x_t, s_{t−1}, k)            x [B, T, …] one step at a time, s [B, …], k the same at every step

/**
 * Runs `step` from step to step. Operands are its inputs by name, the x with their steps as second axis; states that
 * are absent begin at zero. Results: y0 … [B, T, …], the last states s0 …, and under v⟨id⟩ whatever else the step
 * knows, over all steps [B, T, …], for the way back (what nobody reads is not kept).
 *
 * The gradient is another scan, the other way round, of the step's own gradient. What in that sums over rows (the
 * gradient of a parameter) is taken out and done once, over all rows and steps; so both ways are split by rows, with
 * neither a barrier nor a sum between threads.
 */
export const scan: Op<string, string, ScanAttributes> = {
  name: 'scan',
  inputs: [],
  outputs: [],
  open: true,
  split: 'rows',

  infer(operands, { step }) {
    const time = operands.x0?.shape[1]
    if (time === undefined) throw new Error("operation 'scan' needs a sequence, its operand 'x0'")
    for (const [name, id] of Object.entries(step.inputs)) {
      const type = name[0] === 'x' ? overTime(step.values[id], time) : step.values[id]
      if (operands[name]) requireAlike(name, operands[name], type)
      else if (name[0] !== 's') throw new Error(`operation 'scan' needs its operand '${name}'`)
    }
    const odd = step.instructions.find(({ outputs }) =>
      Object.values(outputs).some((id) => !hasRows(step.values[id])),
    )
    if (odd)
      throw new Error(
        `operation 'scan': '${odd.op}' computes nothing that has rows; it belongs outside the step`,
      )
    const results: Record<string, ValueType> = {}
    for (const [name, id] of Object.entries(step.outputs)) {
      const value = step.values[id]
      results[name] = name[0] === 'y' ? overTime(value, time) : value
      const input = Object.keys(step.inputs).find((key) => step.inputs[key] === id)
      if (name[0] === 's' && input !== name && input?.[0] === 's')
        throw new Error(
          `operation 'scan': the step's state '${name}' must be computed; it is its input '${input}'`,
        )
    }
    for (const id of known(step)) results[keptName(step, id)] ??= overTime(step.values[id], time)
    return results
  },

  inner(step, results) {
    const kept = known(step).map((id) => [keptName(step, id), id] as const)
    const outputs = [...Object.entries(step.outputs), ...kept]
    return {
      ...step,
      outputs: Object.fromEntries(outputs.filter(([name]) => name[0] === 's' || results.has(name))),
    }
  },

  lends: (input) => input[0] === 'k',

  gradient: (context) => scanGradient(scan, context),
}

export const evaluateScan: Meaning<typeof scan> = (inputs, outputs, { step, reverse }, run) => {
  if (!run) throw new Error("operation 'scan' needs somebody to run its step")
  const T = inputs.x0.shape[1]
  const named = (kind: string) =>
    Object.fromEntries(Object.entries(inputs).filter(([name]) => name[0] === kind))
  let states = named('s')
  for (const t of processingOrder(T, reverse)) {
    const slices = Object.entries(named('x')).map(([name, x]) => [name, sliceOf(x, t)] as const)
    const values = run(step, { ...Object.fromEntries(slices), ...states, ...named('k') })
    for (const [name, result] of Object.entries(outputs)) {
      const id = name[0] === 'v' ? Number(name.slice(1)) : step.outputs[name]
      if (name[0] !== 's') putSlice(result, t, entryOf(values, id))
    }
    states = Object.fromEntries(
      Object.entries(step.outputs).flatMap(([name, id]) =>
        name[0] === 's' ? [[name, entryOf(values, id)]] : [],
      ),
    )
  }
  for (const [name, state] of Object.entries(states)) outputs[name].data.set(state.data)
}

// ---- what a step holds

/** The type of a sequence of these, [B, …] → [B, T, …]. */
function overTime({ shape: [batch, ...rest], dtype, gates }: ValueType, time: Dim): ValueType {
  return { shape: [batch, time, ...rest], dtype, gates }
}

function requireAlike(name: string, found: ValueType, expected: ValueType): void {
  const alike =
    found.dtype === expected.dtype &&
    found.shape.length === expected.shape.length &&
    found.shape.every((dim, axis) => dim === expected.shape[axis]) &&
    (found.gates ?? 1) === (expected.gates ?? 1)
  if (!alike)
    throw new Error(
      `operation 'scan': its operand '${name}' must be ${formatType(expected)} for this step; got ${formatType(found)}`,
    )
}

// ---- steps of float64 sequences

function sliceOf({ shape: [B, T, ...rest], data }: Float64Tensor, t: number): Float64Tensor {
  const size = data.length / (B * T)
  const slice = new Float64Array(B * size)
  for (let b = 0; b < B; b++) slice.set(data.subarray((b * T + t) * size, (b * T + t + 1) * size), b * size)
  return { shape: [B, ...rest], data: slice }
}

function putSlice({ shape: [B, T], data }: Float64Tensor, t: number, slice: Float64Tensor): void {
  const size = data.length / (B * T)
  for (let b = 0; b < B; b++) data.set(slice.data.subarray(b * size, (b + 1) * size), (b * T + t) * size)
}

function entryOf(values: ReadonlyMap<number, Float64Tensor>, id: number): Float64Tensor {
  return values.get(id) as Float64Tensor
}
