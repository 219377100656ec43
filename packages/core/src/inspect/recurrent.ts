import { ACTIVATIONS } from '../ops/activations.ts'
import type { KernelActivation } from '../ops/kernelActivations.ts'
import { processingOrder } from '../ops/recurrent.ts'
import type { Builder } from '../program/builder.ts'
import type { Instruction } from '../program/program.ts'

// What happens inside the fused recurrent instructions of a program: their gates and states at every step, and how the
// gradient of a loss comes back through them.
// B batch, T time steps, H units.

/** An array of numbers with its shape. */
export interface Numbers {
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array
}

/** A recurrent instruction, and where its operands and results stand among the program's outputs. */
export interface Inspected {
  readonly instruction: Instruction
  /** Names of outputs, by the operation's operand or result; `d …`: gradients that reach it from outside. */
  readonly outputs: Readonly<Record<string, string>>
}

/** What is fetched of each operation; what is not there is absent. */
const FETCHED: Readonly<Record<string, readonly string[] | undefined>> = {
  lstm: ['h', 'c', 'gates', 'activatedC', 'recurrentKernel', 'c0', 'mask'],
  gru: ['h', 'gates', 'recurrentCandidate', 'recurrentKernel', 'h0', 'mask'],
  rnn: ['h', 'recurrentKernel', 'mask'],
}
/** Gradients that reach the operation's results from outside: operands of its backward operation. */
const REACHING = ['dh', 'dhLast', 'dcLast']

/** Makes what happens inside the builder's recurrent instructions outputs of its program. */
export function watchRecurrent(builder: Builder): Inspected[] {
  const { instructions, values } = builder
  return instructions.flatMap((instruction, index) => {
    const names = FETCHED[instruction.op]
    if (!names) return []
    const forward = { ...instruction.inputs, ...instruction.outputs }
    const backward = instructions.find(
      ({ op, inputs }) =>
        op === `${instruction.op}Backward` && (inputs.gates ?? inputs.h) === (forward.gates ?? forward.h),
    )
    const outputs: Record<string, string> = {}
    const add = (name: string, id: number | undefined) => {
      if (id === undefined) return
      outputs[name] = `inside ${index}/${name}`
      builder.output(outputs[name], values[id])
    }
    for (const name of names) add(name, forward[name])
    for (const name of REACHING) add(name, backward?.inputs[name])
    return [{ instruction, outputs }]
  })
}

/** Gate blocks by name, in the order of the operation's. */
export const GATES: Readonly<Record<string, readonly string[]>> = {
  lstm: ['input', 'forget', 'cell', 'output'],
  gru: ['update', 'reset', 'candidate'],
  rnn: [],
}

/** The blocks of [B, T, G·H], each [B, T, H]. */
export function blocksOf(
  { shape: [B, T, N], data }: Numbers,
  names: readonly string[],
): Record<string, Float32Array> {
  const H = N / names.length
  const blocks: Record<string, Float32Array> = {}
  for (const [block, name] of names.entries()) {
    const part = new Float32Array(B * T * H)
    for (let step = 0; step < B * T; step++)
      for (let u = 0; u < H; u++) part[step * H + u] = data[step * N + block * H + u]
    blocks[name] = part
  }
  return blocks
}

/** d loss / d each entry: of the state h and, of an LSTM, the cell c [B, T, H], and of the activated gates [B, T, G·H]. */
export interface RecurrentGradients {
  readonly h: Float32Array
  readonly c?: Float32Array
  readonly gates: Float32Array
}

/** Everything that was fetched of a watched instruction, by name. */
export type Fetched = Readonly<Record<string, Numbers | undefined>>

/**
 * The gradients inside a recurrent instruction: of h_t and c_t with all that they have an effect on, at their own step
 * and at later ones. Null where the loss does not depend on it.
 */
export function gradientsInside(
  { op, attributes }: Instruction,
  fetched: Fetched,
): RecurrentGradients | null {
  const { h, dh, dhLast, dcLast, mask, recurrentKernel } = fetched
  if (!h || !recurrentKernel || !(dh || dhLast || dcLast)) return null
  const [B, T, H] = h.shape
  const G = Math.max(1, GATES[op].length)
  const found = {
    h: new Float32Array(B * T * H),
    ...(op === 'lstm' ? { c: new Float32Array(B * T * H) } : {}),
    gates: new Float32Array(op === 'rnn' ? 0 : B * T * G * H),
  }
  const order = processingOrder(T, attributes.reverse === true)
  const step = STEPS[op](fetched, attributes as unknown as StepAttributes)
  for (let b = 0; b < B; b++) {
    let carried = { h: row(dhLast, b, H), c: row(dcLast, b, H) }
    for (let s = T - 1; s >= 0; s--) {
      const at = b * T + order[s]
      for (let u = 0; u < H && dh; u++) carried.h[u] += dh.data[at * H + u]
      found.h.set(carried.h, at * H)
      const isHeld = mask?.data[at] === 0
      if (isHeld) found.c?.set(carried.c, at * H)
      else carried = step(carried, { at, before: s > 0 ? b * T + order[s - 1] : null, b }, found)
    }
  }
  return found
}

interface StepAttributes {
  readonly activation: KernelActivation
  readonly recurrentActivation: KernelActivation
  readonly resetAfter: boolean
}

interface Carried {
  h: Float64Array
  c: Float64Array
}

/** A step of a row: its place among all steps, that of the step processed before (null: there is none), its row. */
interface Place {
  readonly at: number
  readonly before: number | null
  readonly b: number
}

/** From the gradients of h_t and c_t to those that reach the step processed before. */
type BackwardStep = (carried: Carried, place: Place, found: RecurrentGradients) => Carried

const STEPS: Readonly<Record<string, (fetched: Fetched, attributes: StepAttributes) => BackwardStep>> = {
  lstm: ({ gates, activatedC, c, c0, recurrentKernel }, { activation, recurrentActivation }) => {
    const [σ, φ] = [ACTIVATIONS[recurrentActivation].slope, ACTIVATIONS[activation].slope]
    const { data: U, shape } = known(recurrentKernel)
    const H = shape[0]
    return (carried, { at, before, b }, found) => {
      const dz = new Float64Array(4 * H)
      const dc = new Float64Array(H)
      for (let u = 0; u < H; u++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => known(gates).data[(at * 4 + gate) * H + u])
        const a = known(activatedC).data[at * H + u]
        const previous = before === null ? (c0?.data[b * H + u] ?? 0) : known(c).data[before * H + u]
        const dh = carried.h[u]
        const d = carried.c[u] + dh * o * φ(a)
        if (found.c) found.c[at * H + u] = d
        const dGates = [d * g, d * previous, d * i, dh * a]
        const slopes = [σ(i), σ(f), φ(g), σ(o)]
        for (const [gate, dGate] of dGates.entries()) {
          found.gates[(at * 4 + gate) * H + u] = dGate
          dz[gate * H + u] = dGate * slopes[gate]
        }
        dc[u] = d * f
      }
      return { h: times(dz, U, H), c: dc }
    }
  },

  gru: (
    { gates, h, h0, recurrentCandidate, recurrentKernel },
    { activation, recurrentActivation, resetAfter },
  ) => {
    const [σ, φ] = [ACTIVATIONS[recurrentActivation].slope, ACTIVATIONS[activation].slope]
    const { data: U, shape } = known(recurrentKernel)
    const H = shape[0]
    return (carried, { at, before, b }, found) => {
      const gate = (index: number, u: number) => known(gates).data[(at * 3 + index) * H + u]
      const previous = (u: number) =>
        before === null ? (h0?.data[b * H + u] ?? 0) : known(h).data[before * H + u]
      const dGate = (index: number, u: number, d: number) => {
        found.gates[(at * 3 + index) * H + u] = d
        return d
      }
      const dz = new Float64Array(3 * H)
      for (let u = 0; u < H; u++) {
        const [z, n, d] = [gate(0, u), gate(2, u), carried.h[u]]
        dz[u] = dGate(0, u, d * (previous(u) - n)) * σ(z)
        dz[2 * H + u] = dGate(2, u, d * (1 - z)) * φ(n)
      }
      const ds = resetAfter
        ? null
        : times(
            dz.map((d, n) => (n < 2 * H ? 0 : d)),
            U,
            H,
          )
      for (let u = 0; u < H; u++) {
        const met = ds ? ds[u] * previous(u) : dz[2 * H + u] * known(recurrentCandidate).data[at * H + u]
        dz[H + u] = dGate(1, u, met) * σ(gate(1, u))
      }
      // what reaches h₋ by its products with U
      const recurrent = dz.map((d, n) => (n < 2 * H ? d : ds ? 0 : d * gate(1, n - 2 * H)))
      const dh = times(recurrent, U, H)
      for (let u = 0; u < H; u++) dh[u] += carried.h[u] * gate(0, u) + (ds ? ds[u] * gate(1, u) : 0)
      return { h: dh, c: carried.c }
    }
  },

  rnn: ({ h, recurrentKernel }, { activation }) => {
    const φ = ACTIVATIONS[activation].slope
    const { data: U, shape } = known(recurrentKernel)
    const H = shape[0]
    return (carried, { at }) => ({
      h: times(
        carried.h.map((d, u) => d * φ(known(h).data[at * H + u])),
        U,
        H,
      ),
      c: carried.c,
    })
  },
}

/** d·Uᵀ of one row, U [H, N]. */
function times(d: Float64Array, U: Numbers['data'], H: number): Float64Array {
  const N = d.length
  const product = new Float64Array(H)
  for (let k = 0; k < H; k++) {
    let sum = 0
    for (let n = 0; n < N; n++) sum += d[n] * U[k * N + n]
    product[k] = sum
  }
  return product
}

/** Row b of [B, H]; zeros where there is none. */
function row(state: Numbers | undefined, b: number, H: number): Float64Array {
  return state ? Float64Array.from(state.data.subarray(b * H, (b + 1) * H)) : new Float64Array(H)
}

function known(numbers: Numbers | undefined): Numbers {
  if (!numbers) throw new Error('a recurrent instruction lacks what its gradient needs')
  return numbers
}
