import { KERNEL_ACTIVATIONS } from '../../ops/kernelActivations.ts'
import type { ShownAttributes } from '../../ops/shown.ts'
import { type Case, defineCase, float, int, listed, type Operand, uniform } from './case.ts'

interface Sizes {
  readonly B?: number
  readonly T?: number
  readonly I?: number
  readonly H?: number
  /** Planned for so many rows and steps more. */
  readonly spare?: number
  /** Steps counted at run time ('time') rather than fixed. */
  readonly ragged?: boolean
  readonly bias?: boolean
  readonly states?: boolean
  /** 1 or 0 of every row and step, over and over. */
  readonly mask?: readonly number[]
  /** Weights are multiplied by this: unbounded activations would blow them up otherwise. */
  readonly scale?: number
  readonly attributes?: Readonly<Record<string, string | boolean>>
}

interface Cell {
  readonly op: string
  readonly gates: number
  readonly states: readonly string[]
  readonly biases: readonly string[]
  readonly differentiable: readonly string[]
  readonly attributes: Readonly<Record<string, string | boolean>>
}

const TANH_SIGMOID = { activation: 'tanh', recurrentActivation: 'sigmoid', reverse: false }

const CELLS: Readonly<Record<string, Cell>> = {
  lstm: {
    op: 'lstm',
    gates: 4,
    states: ['h0', 'c0'],
    biases: ['bias'],
    differentiable: ['h', 'hLast', 'cLast'],
    attributes: TANH_SIGMOID,
  },
  gru: {
    op: 'gru',
    gates: 3,
    states: ['h0'],
    biases: ['bias', 'recurrentBias'],
    differentiable: ['h', 'hLast'],
    attributes: { ...TANH_SIGMOID, resetAfter: true },
  },
  'gru, reset before': {
    op: 'gru',
    gates: 3,
    states: ['h0'],
    biases: ['bias'],
    differentiable: ['h', 'hLast'],
    attributes: { ...TANH_SIGMOID, resetAfter: false },
  },
  rnn: {
    op: 'rnn',
    gates: 1,
    states: ['h0'],
    biases: ['bias'],
    differentiable: ['h', 'hLast'],
    attributes: { activation: 'tanh', reverse: false },
  },
}

/** Which steps are masked (0), by row and step; 3 rows of 4 steps where `sizes` does not say otherwise. */
const MASKS: Readonly<Record<string, { sizes: Sizes; mask: readonly number[] }>> = {
  trailing: { sizes: {}, mask: [1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1] },
  leading: { sizes: { states: true }, mask: [0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1] },
  'interior gaps': { sizes: {}, mask: [1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 1] },
  'all of a row': { sizes: { states: true }, mask: [0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1] },
  'all of a row, no initial states': { sizes: {}, mask: [1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 1] },
  reverse: {
    sizes: { states: true, attributes: { reverse: true } },
    mask: [1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0],
  },
  'no bias, short batch': { sizes: { bias: false, spare: 3 }, mask: [1, 0, 0, 1, 1] },
  'steps counted at run time': { sizes: { ragged: true, spare: 3, states: true }, mask: [1, 0, 1, 1, 0] },
  'one row': { sizes: { B: 1, T: 6 }, mask: [0, 1, 0, 1, 1, 0] },
  'one row, reverse, initial states': {
    sizes: { B: 1, T: 6, states: true, attributes: { reverse: true } },
    mask: [0, 1, 0, 1, 1, 0],
  },
  'many rows': { sizes: { B: 53, T: 3, H: 33, states: true }, mask: [1, 1, 0, 1, 0] },
}

export const RECURRENT_CASES: readonly Case[] = Object.entries(CELLS)
  .flatMap(([name, cell]) => [
    recurrent(`${name}: plain`, cell, {}),
    recurrent(`${name}: short batch`, cell, { spare: 4 }),
    recurrent(`${name}: short batch, backward, initial states`, cell, {
      spare: 2,
      states: true,
      attributes: { reverse: true },
    }),
    recurrent(`${name}: steps counted at run time`, cell, { spare: 3, ragged: true }),
    recurrent(`${name}: steps counted at run time, backward`, cell, {
      spare: 3,
      ragged: true,
      attributes: { reverse: true },
    }),
    recurrent(`${name}: no bias`, cell, { bias: false }),
    recurrent(`${name}: initial states`, cell, { states: true }),
    recurrent(`${name}: reverse`, cell, { attributes: { reverse: true } }),
    recurrent(`${name}: reverse, no bias, initial states`, cell, {
      bias: false,
      states: true,
      attributes: { reverse: true },
    }),
    recurrent(`${name}: one step`, cell, { T: 1 }),
    recurrent(`${name}: one step, initial states`, cell, { T: 1, states: true }),
    recurrent(`${name}: one row`, cell, { B: 1 }),
    recurrent(`${name}: one row, initial states`, cell, { B: 1, states: true }),
    ...Object.entries(MASKS).map(([kind, { sizes, mask }]) =>
      recurrent(`${name}: mask, ${kind}`, cell, { ...sizes, mask }),
    ),
    ...['linear', 'relu'].map((kind) =>
      recurrent(`${name}: mask, ${kind} activations`, cell, {
        mask: [0, 1, 0, 1, 1, 1],
        states: true,
        scale: 0.4,
        attributes: {
          activation: kind,
          ...('recurrentActivation' in cell.attributes ? { recurrentActivation: kind } : {}),
        },
      }),
    ),
    recurrent(`${name}: many rows`, cell, { B: 23, T: 3, H: 17, spare: 9 }),
    ...[1, 7, 16, 19, 33].map((H) => recurrent(`${name}: ${H} units`, cell, { H, T: 3, states: true })),
    ...[1, 7, 16, 19, 33].map((I) => recurrent(`${name}: ${I} features`, cell, { I, T: 3, H: 16 })),
    ...activationPairs(cell).map((attributes) =>
      recurrent(`${name}: ${Object.values(attributes).join(' and ')}`, cell, {
        attributes,
        states: true,
        H: 18,
        scale: 0.4,
      }),
    ),
  ])
  .concat(
    [true, false].flatMap((since) =>
      [true, false].flatMap((reverse) => [
        shownCase({ since, reverse, last: false }),
        shownCase({ since, reverse, last: true }),
      ]),
    ),
  )

function shownCase(attributes: ShownAttributes): Case {
  return defineCase({
    name: `shown: ${Object.keys(attributes).filter((name) => attributes[name])}`,
    op: 'shown',
    operands: {
      h: float(attributes.last ? ['batch', 19] : ['batch', 'time', 19]),
      mask: int(['batch', 'time'], listed(0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 1)),
    },
    attributes,
    counts: { batch: 5, time: 4 },
    bounds: { batch: 7, time: 6 },
    differentiable: ['y'],
    tolerance: 0,
  })
}

/** Every activation in each of its roles. */
function activationPairs(cell: Cell): Record<string, string>[] {
  const inner = KERNEL_ACTIVATIONS.map((activation) => ({ activation }))
  if (!('recurrentActivation' in cell.attributes)) return inner
  return [
    ...KERNEL_ACTIVATIONS.map((activation) => ({ activation, recurrentActivation: 'sigmoid' })),
    ...['linear', 'tanh', 'relu'].map((recurrentActivation) => ({ activation: 'tanh', recurrentActivation })),
    { activation: 'relu', recurrentActivation: 'relu' },
  ]
}

function recurrent(name: string, cell: Cell, sizes: Sizes): Case {
  const { B = 3, T = 4, I = 5, H = 19, spare = 0, ragged = false, bias = true, states = false } = sizes
  const { attributes = {}, scale = 1, mask } = sizes
  const { gates } = cell
  const N = gates * H
  const operands: Record<string, Operand> = {
    x: float(['batch', ragged ? 'time' : T, I], uniform(-1.5, 1.5)),
    kernel: float([I, N], uniform(-0.6 * scale, 0.6 * scale), { gates }),
    recurrentKernel: float([H, N], uniform(-0.5 * scale, 0.5 * scale), { gates }),
  }
  if (bias) for (const operand of cell.biases) operands[operand] = float([N], uniform(-0.5, 0.5), { gates })
  if (mask) operands.mask = int(['batch', ragged ? 'time' : T], listed(...mask))
  if (states) for (const operand of cell.states) operands[operand] = float(['batch', H])
  const counts: Record<string, number> = ragged ? { batch: B, time: T } : { batch: B }
  const bounds = Object.fromEntries(Object.entries(counts).map(([extent, count]) => [extent, count + spare]))
  return defineCase({
    name,
    op: cell.op,
    operands,
    attributes: { ...cell.attributes, ...attributes },
    counts,
    bounds,
    differentiable: cell.differentiable,
    tolerance: 1e-5,
  })
}
