import { activation } from '../../ops/activation.ts'
import { add } from '../../ops/add.ts'
import { dense } from '../../ops/dense.ts'
import { embedding } from '../../ops/embedding.ts'
import { multiply } from '../../ops/multiply.ts'
import { Builder } from '../../program/builder.ts'
import type { Dim, Program, Value, ValueType } from '../../program/program.ts'
import { type Case, defineCase, float, int, type Operand, uniform, wholeBelow } from './case.ts'

type Values = Readonly<Record<string, Value>>
type Outputs = Readonly<Record<string, Value>>

/** A cell written down by hand: its operands (the sequences with T steps), and one step. */
interface Cell {
  readonly name: string
  readonly operands: (time: Dim) => Readonly<Record<string, Operand>>
  readonly step: (builder: Builder, inputs: Values) => Outputs
  readonly differentiable: readonly string[]
}

const I = 5
const H = 19
const matrix = (rows: number, columns: number) => float([rows, columns], uniform(-0.5, 0.5))
const state = float(['batch', H])

const CELLS: readonly Cell[] = [
  {
    name: 'a simple RNN',
    operands: (time) => ({
      x0: float(['batch', time, I]),
      s0: state,
      k0: matrix(I, H),
      k1: matrix(H, H),
      k2: float([H]),
    }),
    step: (builder, { x0, s0, k0, k1, k2 }) => {
      const z = sum(builder, product(builder, x0, k0, k2), product(builder, s0, k1))
      const h = squash(builder, z, 'tanh')
      return { y0: h, s0: h }
    },
    differentiable: ['y0', 's0'],
  },
  {
    name: 'an LSTM, gate by gate',
    operands: (time) => ({
      x0: float(['batch', time, I]),
      s0: state,
      s1: state,
      ...Object.fromEntries([0, 1, 2, 3].map((gate) => [`k${gate}`, matrix(I, H)])),
      ...Object.fromEntries([4, 5, 6, 7].map((gate) => [`k${gate}`, matrix(H, H)])),
    }),
    step: (builder, { x0, s0, s1, ...kernels }) => {
      const [i, f, g, o] = (['sigmoid', 'sigmoid', 'tanh', 'sigmoid'] as const).map((kind, gate) => {
        const fromX = product(builder, x0, kernels[`k${gate}`])
        const fromH = product(builder, s0, kernels[`k${gate + 4}`])
        return squash(builder, sum(builder, fromX, fromH), kind)
      })
      const c = sum(builder, times(builder, f, s1), times(builder, i, g))
      const h = times(builder, o, squash(builder, c, 'tanh'))
      return { y0: h, y1: c, s0: h, s1: c }
    },
    differentiable: ['y0', 'y1', 's0', 's1'],
  },
  {
    name: 'two sequences, a factor for each row, states that take turns',
    operands: (time) => ({
      x0: float(['batch', time, I]),
      x1: float(['batch', time, H]),
      s0: state,
      s1: state,
      k0: matrix(I, H),
      k1: float(['batch', H]),
    }),
    step: (builder, { x0, x1, s0, s1, k0, k1 }) => {
      const fresh = squash(builder, sum(builder, product(builder, x0, k0), times(builder, s1, k1)), 'tanh')
      return { y0: sum(builder, times(builder, x1, k1), s0), s0: fresh, s1: squash(builder, s0, 'linear') }
    },
    differentiable: ['y0', 's0', 's1'],
  },
  {
    name: 'ids, and a state with steps of its own',
    operands: (time) => ({
      x0: int(['batch', time], wholeBelow(7)),
      s0: float(['batch', 3, H]),
      k0: matrix(7, H),
      k1: matrix(H, H),
      k2: float(['batch', H], uniform(0.5, 1), { constant: true }),
    }),
    step: (builder, { x0, s0, k0, k1, k2 }) => {
      const { y: row } = builder.emit(embedding, { ids: x0, table: k0 }, {})
      const moved = times(builder, squash(builder, product(builder, s0, k1), 'tanh'), k2)
      return { y0: row, y1: moved, s0: sum(builder, moved, s0) }
    },
    differentiable: ['y0', 'y1', 's0'],
  },
  {
    name: 'no state but the sum, which nobody else needs',
    operands: (time) => ({ x0: float(['batch', time, H]), s0: state }),
    step: (builder, { x0, s0 }) => ({ s0: sum(builder, s0, x0) }),
    differentiable: ['s0'],
  },
]

export const SCAN_CASES: readonly Case[] = [
  ...CELLS.flatMap((cell) => [
    scanCase(cell, 'plain', {}),
    scanCase(cell, 'short batch, reverse', { spare: 4, reverse: true }),
    scanCase(cell, 'steps counted at run time', { spare: 3, ragged: true }),
    scanCase(cell, 'steps counted at run time, reverse', { spare: 3, ragged: true, reverse: true }),
    scanCase(cell, 'states begin at zero', { states: false }),
  ]),
  ...CELLS.slice(0, 2).flatMap((cell) => [
    scanCase(cell, 'one step', { T: 1 }),
    scanCase(cell, 'one row', { B: 1 }),
    scanCase(cell, 'many rows', { B: 37, T: 3, spare: 5 }),
  ]),
]

interface Sizes {
  readonly B?: number
  readonly T?: number
  readonly spare?: number
  readonly ragged?: boolean
  readonly reverse?: boolean
  readonly states?: boolean
}

function scanCase(cell: Cell, name: string, sizes: Sizes): Case {
  const { B = 3, T = 4, spare = 0, ragged = false, reverse = false, states = true } = sizes
  const all = cell.operands(ragged ? 'time' : T)
  const operands = Object.entries(all).filter(([key]) => states || key[0] !== 's')
  const counts: Record<string, number> = ragged ? { batch: B, time: T } : { batch: B }
  const bounds = Object.fromEntries(Object.entries(counts).map(([extent, count]) => [extent, count + spare]))
  return defineCase({
    name: `scan: ${cell.name}: ${name}`,
    op: 'scan',
    operands: Object.fromEntries(operands),
    attributes: { step: stepOf(cell, all), reverse, why: 'a cell written by hand' },
    counts,
    bounds,
    differentiable: cell.differentiable,
    tolerance: 1e-5,
  })
}

function stepOf({ step }: Cell, operands: Readonly<Record<string, Operand>>): Program {
  const builder = new Builder('step')
  const inputs = Object.entries(operands).map(([name, operand]) => {
    const { dtype, shape } = operand
    const type: ValueType = { dtype, shape: name[0] === 'x' ? [shape[0], ...shape.slice(2)] : shape }
    return [name, builder.input(name, type)] as const
  })
  for (const [name, value] of Object.entries(step(builder, Object.fromEntries(inputs))))
    builder.output(name, value)
  return builder.finish()
}

function product(builder: Builder, x: Value, kernel: Value, bias?: Value): Value {
  return builder.emit(dense, { x, kernel, bias }, {}).y
}

function sum(builder: Builder, a: Value, b: Value): Value {
  return builder.emit(add, { a, b }, {}).y
}

function times(builder: Builder, a: Value, b: Value): Value {
  return builder.emit(multiply, { a, b }, {}).y
}

function squash(builder: Builder, x: Value, kind: 'tanh' | 'sigmoid' | 'linear'): Value {
  return builder.emit(activation, { x }, { kind }).y
}
