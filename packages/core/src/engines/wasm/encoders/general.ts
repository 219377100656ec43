import { aligned } from '../../../ops/broadcast.ts'
import { BINARY_KINDS, REDUCE_KINDS, UNARY_KINDS } from '../../../ops/general.ts'
import { type Dim, hasRows, type ValueType } from '../../../program/program.ts'
import { type Encoders, float32Word, type Operands, word } from './operands.ts'
import { rowwise } from './rowwise.ts'

/** What an entry becomes, by number: the order of kernels/elementwise.ts. */
const CODES: readonly string[] = [...BINARY_KINDS, ...UNARY_KINDS, 'scale', 'select', 'copy']

/** Axes that kernels walk as one: alike in all operands. In how many groups they fit is the kernels' limit. */
interface Group {
  dims: Dim[]
  readonly alike: string
}
const MOST_GROUPS = 4

/** The axes between rows and columns; of a parameter all but the last. */
function middle(shape: readonly Dim[], batch: boolean): readonly Dim[] {
  return shape.slice(batch ? 1 : 0, -1)
}

function groupsOf(dims: readonly Dim[], alike: (axis: number) => string): Group[] {
  const groups: Group[] = []
  for (const [axis, dim] of dims.entries()) {
    if (dim === 1) continue
    const last = groups.at(-1)
    if (last?.alike === alike(axis)) last.dims.push(dim)
    else groups.push({ dims: [dim], alike: alike(axis) })
  }
  if (groups.length > MOST_GROUPS)
    throw new Error(`the wasm engine walks at most ${MOST_GROUPS} groups of axes; got [${dims.join(', ')}]`)
  return groups
}

/** The words of `Loops`: how the work is cut, and the groups of axes, the outermost first. */
function loops({ layout, count, isBatch }: Operands, y: string, groups: readonly Group[]): number[] {
  const counts = groups.flatMap(({ dims }) => count(dims))
  const { panels, columns, gates } = layout(y)
  return [
    word(isBatch(y)),
    panels,
    columns / gates,
    gates,
    groups.length,
    ...counts,
    ...new Array<number>(2 * (MOST_GROUPS - groups.length)).fill(0),
  ]
}

/** How an operand is read: entries as they lie, its only column for all, an integer for all; a number of the descriptor. */
const VECTOR = 0
const ONE_COLUMN = 1
const INTEGER = 2
const CONSTANT = 3

/** The words of `Operand`. `flags` has a bit for each group, the outermost the lowest, that the operand has itself. */
function operand({ layout, sequence }: Operands, name: string, flags: number, form: number, batch: boolean) {
  const [base, panel, step] = sequence(name)
  const own = batch ? (layout(name).kind === 'plain' ? 4 : 64) : 0
  return [base, form === VECTOR ? panel : 0, batch ? step : 64, own, flags, form]
}

/** The descriptor `Elementwise`: y of up to three operands; for those that are null the parameters stand in. */
function elementwise(
  operands: Operands,
  names: readonly (string | null)[],
  y: string,
  code: string,
  parameters: readonly unknown[] = [],
): number[] {
  const { type } = operands
  const result = type(y) as ValueType
  const types = names.map((name) => (name === null ? undefined : type(name)))
  const rank = result.shape.length + (result.dtype === 'int32' ? 1 : 0)
  const shapes = types.map((found) => found && aligned(found, rank))
  const batch = hasRows(result)
  const has = (shape: readonly Dim[] | undefined, axis: number) =>
    shape !== undefined && middle(shape, batch)[axis] !== 1
  const [whole] = operands.layout(y).rowGates > 1 ? [operands.layout(y).rows] : []
  const groups = groupsOf(whole ? [whole] : middle(aligned(result, rank), batch), (axis) =>
    shapes.map((shape) => word(has(shape, axis))).join(''),
  )
  let constants = CONSTANT
  const last = rank - 1
  const words = types.flatMap((found, i) => {
    const name = names[i]
    const shape = shapes[i]
    if (name === null || !found || !shape) return [0, 0, 0, 0, 0, constants++]
    const flags = groups.reduce((bits, { alike }, g) => bits | (Number(alike[i]) << g), 0)
    const one = shape[last] === 1 && result.shape[last] !== 1
    const form = found.dtype === 'int32' ? INTEGER : one ? ONE_COLUMN : VECTOR
    return operand(operands, name, flags, form, hasRows(found))
  })
  const all = 2 ** MOST_GROUPS - 1
  return [
    ...loops(operands, y, groups),
    CODES.indexOf(code),
    ...[0, 1].map((i) => float32Word(Number(parameters[i] ?? 0))),
    ...operand(operands, y, all, VECTOR, batch),
    ...words,
    ...new Array<number>(6 * (3 - names.length)).fill(0),
  ]
}

const given = ({ type }: Operands, name: string) => (type(name) ? name : null)

/** The operations that layers are composed of. */
export const general: Encoders = {
  binary: {
    kernel: 'elementwise',
    encode: (operands, { kind, constant }) =>
      elementwise(operands, ['a', given(operands, 'b')], 'y', String(kind), [constant]),
  },
  unary: {
    kernel: 'elementwise',
    encode: (operands, { kind }) => elementwise(operands, ['x'], 'y', String(kind)),
  },
  scale: {
    kernel: 'elementwise',
    encode: (operands, { factor, offset }) =>
      elementwise(operands, ['x', null, null], 'y', 'scale', [factor, offset]),
  },
  select: {
    kernel: 'elementwise',
    encode: (operands, { yes, no }) => {
      const [a, b] = [given(operands, 'a'), given(operands, 'b')]
      return elementwise(operands, [a, b, 'condition'], 'y', 'select', a ? [no] : [yes, no])
    },
  },
  expand: { kernel: 'elementwise', encode: expand },
  toFloat: { kernel: 'elementwise', encode: (operands) => elementwise(operands, ['x'], 'y', 'copy') },
  assign: {
    kernel: 'elementwise',
    encode: (operands) => elementwise(operands, ['value'], 'target', 'copy'),
  },

  reduce: {
    encode: (operands, { kind, axes }) => {
      const { groups, flags, x, y } = reduced(operands, 'x', 'y', axes as readonly number[])
      const { columns, gates } = operands.layout('x')
      return [
        ...loops(operands, 'y', groups),
        (REDUCE_KINDS as readonly string[]).indexOf(String(kind)),
        word((axes as readonly number[]).includes(x.shape.length - 1)),
        operands.layout('x').panels,
        columns / gates,
        gates,
        hasRows(x) && !hasRows(y) ? operands.rows('x') : 0,
        ...operand(operands, 'x', 2 ** MOST_GROUPS - 1, VECTOR, hasRows(x)),
        ...operand(operands, 'y', flags, VECTOR, hasRows(y)),
      ]
    },
  },

  count: {
    encode: (operands, { axes }) => {
      const like = operands.type('like') as ValueType
      const reduced = axes as readonly number[]
      const [rows, last] = [hasRows(like), like.shape.length - 1]
      const leading = reduced.filter((axis) => axis < last && !(rows && axis === 0))
      const counts = leading.flatMap((axis) => operands.count([like.shape[axis]]))
      const fixed = reduced.includes(last) ? Number(like.shape[last]) : 1
      const all = rows && reduced.includes(0) ? [0, operands.rows('like'), ...counts] : counts
      return [operands.pointer('y'), fixed, all.length / 2, ...all]
    },
  },

  product: {
    encode: ({ matrix, layout }) => [
      ...matrix('a'),
      layout('a').panels,
      ...matrix('b'),
      ...matrix('y'),
      layout('y').rows,
      layout('a').columns / layout('a').gates,
      layout('a').gates,
    ],
  },

  sparsemax: { encode: (operands) => rowwise(operands, 'x', null, null, 'y') },
  sparsemaxGradient: { encode: (operands) => rowwise(operands, 'x', 'dy', null, 'dx') },

  notEqual: {
    encode: ({ sequence, steps }, { value }) => {
      const [x, , xStep] = sequence('x')
      const [y, , yStep] = sequence('y')
      return [steps('y'), x, xStep, y, yStep, Number(value)]
    },
  },
  anyNotEqual: {
    encode: ({ sequence, steps, layout }, { value }) => {
      const [y, , yStep] = sequence('y')
      return [steps('y'), ...sequence('x'), y, yStep, layout('x').columns, float32Word(Number(value))]
    },
  },
}

/** The axes of what is reduced in groups: a group's bit in `flags` tells that the smaller value has it. */
function reduced({ type }: Operands, larger: string, smaller: string, axes: readonly number[]) {
  const x = type(larger) as ValueType
  const y = type(smaller) as ValueType
  const first = hasRows(x) ? 1 : 0
  const groups = groupsOf(middle(x.shape, first === 1), (axis) =>
    word(!axes.includes(axis + first)).toString(),
  )
  const flags = groups.reduce((bits, { alike }, g) => bits | (Number(alike) << g), 0)
  return { x, y, groups, flags }
}

/** A copy whose operand lacks groups of axes, rows or columns. */
function expand(operands: Operands, { axes }: Parameters<Encoders[string]['encode']>[1]): number[] {
  const { groups, flags, x, y } = reduced(operands, 'y', 'x', axes as readonly number[])
  const one = (axes as readonly number[]).includes(x.shape.length - 1) && x.shape.at(-1) !== 1
  return [
    ...loops(operands, 'y', groups),
    CODES.indexOf('copy'),
    ...[0, 0],
    ...operand(operands, 'y', 2 ** MOST_GROUPS - 1, VECTOR, hasRows(x)),
    ...operand(operands, 'x', flags, one ? ONE_COLUMN : VECTOR, hasRows(y)),
    ...new Array<number>(12).fill(0),
  ]
}
