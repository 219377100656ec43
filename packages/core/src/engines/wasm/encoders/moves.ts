import type { UnfoldAttributes } from '../../../ops/moves.ts'
import { seedWords } from '../../../ops/seeded.ts'
import { type Attributes, type Dim, sizeOf, type ValueType } from '../../../program/program.ts'
import { type Encoder, type Encoders, float32Word, type Operands, word } from './operands.ts'

/** The axes of the kernel `gather`: three between rows and columns, right-aligned, and the column. */
const AXES = 4
const COLUMN = 3

/** Where a source's entries are found along one of its axes; the words of the class `Axis`. */
interface Axis {
  /** By y's indices: the three axes, k, and c, the column within one k. */
  readonly coefficients: readonly number[]
  readonly offset?: number
  /** Lengths that the offset has too, and has not. */
  readonly plus?: Dim
  readonly minus?: Dim
  readonly divisor?: number
  readonly exact?: boolean
}

interface Source {
  readonly name: string
  /** By the source's axis; the others are y's own. */
  readonly axes: Readonly<Record<number, Axis>>
}

interface Move {
  readonly y: string
  readonly sources: readonly Source[]
  /** Of k; summed over, or a part of y's column. */
  readonly inner?: number
  readonly summed?: boolean
  readonly value?: number
}

/** Index i of y alone, as it is. */
const own = (axis: number, times = 1) =>
  Array.from({ length: 5 }, (_, i) => (i === (axis === COLUMN ? 4 : axis) ? times : 0))

/** An axis of size 1. */
const NOWHERE: Axis = { coefficients: [0, 0, 0, 0, 0] }

function axisWords({ count }: Operands, axis: Axis): number[] {
  const { coefficients, offset = 0, plus = 0, minus = 0, divisor = 1, exact = false } = axis
  const [[more, plusAt], [less, minusAt]] = [plus, minus].map((dim) => count([dim]))
  return [...coefficients, offset + more - less, plusAt, minusAt, divisor, word(exact)]
}

/** Which of the kernel's axes a logical axis is. */
function position({ shape, dtype }: ValueType, axis: number): number {
  return axis - shape.length + (dtype === 'int32' ? COLUMN : AXES)
}

function middle({ shape, dtype }: ValueType): readonly Dim[] {
  const dims = dtype === 'int32' ? shape.slice(1) : shape.slice(1, -1)
  if (dims.length > COLUMN)
    throw new Error(
      `the wasm engine moves entries of at most ${COLUMN} axes of steps; got [${shape.join(', ')}]`,
    )
  return [...new Array<Dim>(COLUMN - dims.length).fill(1), ...dims]
}

const typeOf = ({ type }: Operands, name: string) => type(name) as ValueType

function encode(operands: Operands, { y, sources, inner = 1, summed = false, value = 0 }: Move): number[] {
  const { layout, sequence, count } = operands
  const { kind, columns, panels } = layout(y)
  const whole = inner === 1 && sources.every(({ axes }) => axes[COLUMN] === undefined)
  const counts = (name: string) => middle(typeOf(operands, name)).flatMap((dim) => count([dim]))
  return [
    ...sequence(y),
    kind === 'plain' ? 4 : 64,
    panels,
    columns,
    ...counts(y),
    inner,
    summed ? columns : columns / inner,
    word(summed),
    word(whole),
    kind === 'plain' ? value : float32Word(value),
    sources.length,
    ...sources.flatMap(({ name, axes }) => [
      ...sequence(name),
      ...counts(name),
      layout(name).columns,
      ...Array.from({ length: AXES }, (_, axis) =>
        axisWords(operands, axes[axis] ?? { coefficients: own(axis) }),
      ).flat(),
    ]),
  ]
}

/** The length along the axis of a move. */
interface Lengths {
  length(name: string): Dim
}

/** A move along one axis, of which each source tells where it stands. */
function along(
  y: string,
  names: readonly string[],
  axisOf: (axis: number, lengths: Lengths, attributes: Attributes, source: number) => Axis,
): Encoder {
  return {
    kernel: 'gather',
    encode: (operands, attributes) => {
      const logical = Number(attributes.axis)
      const axis = position(typeOf(operands, y), logical)
      const length = (name: string) => typeOf(operands, name).shape[logical]
      const sources = names.map((name, i) => ({
        name,
        axes: { [axis]: axisOf(axis, { length }, attributes, i) },
      }))
      return encode(operands, { y, sources, value: Number(attributes.value ?? 0) })
    },
  }
}

const windows = (attributes: Attributes) => attributes as UnfoldAttributes

/** What moves entries within rows, and the product of two values of a batch. */
export const moves: Encoders = {
  slice: along('y', ['x'], (axis, { length }, { start }) => ({
    coefficients: own(axis),
    offset: Number(start),
    plus: Number(start) < 0 ? length('x') : 0,
  })),
  sliceGradient: along('dx', ['dy'], (axis, { length }, { start }) => ({
    coefficients: own(axis),
    offset: -Number(start),
    minus: Number(start) < 0 ? length('like') : 0,
  })),
  pad: along('y', ['x'], (axis, _, { before }) => ({ coefficients: own(axis), offset: -Number(before) })),
  flip: along('y', ['x'], (axis, { length }) => ({
    coefficients: own(axis, -1),
    offset: -1,
    plus: length('x'),
  })),
  repeat: along('y', ['x'], (axis, _, { times }) => ({ coefficients: own(axis), divisor: Number(times) })),

  concat: along('y', ['a', 'b'], (axis, { length }, _, source) => ({
    coefficients: own(axis),
    minus: source === 0 ? 0 : length('a'),
  })),

  repeatGradient: {
    kernel: 'gather',
    encode: (operands, { axis: logical, times }) => {
      const axis = position(typeOf(operands, 'dx'), Number(logical))
      const coefficients = own(axis, Number(times)).with(3, 1)
      const sources = [{ name: 'dy', axes: { [axis]: { coefficients } } }]
      return encode(operands, { y: 'dx', sources, inner: Number(times), summed: true })
    },
  },

  permute: {
    kernel: 'gather',
    encode: (operands, { axes }) => {
      const type = typeOf(operands, 'x')
      const y = typeOf(operands, 'y')
      const places: Record<number, Axis> = Object.fromEntries([0, 1, 2].map((axis) => [axis, NOWHERE]))
      for (const axis of type.shape.keys()) {
        const target = (axes as readonly number[]).indexOf(axis) + 1
        if (axis === 0) continue
        const [from, to] = [position(type, axis), target > 0 ? position(y, target) : -1]
        places[from] = to < 0 ? NOWHERE : { coefficients: own(to) }
        if (from === COLUMN && to === COLUMN) delete places[from]
      }
      return encode(operands, { y: 'y', sources: [{ name: 'x', axes: places }] })
    },
  },

  unfold: {
    kernel: 'gather',
    encode: (operands, attributes) => {
      const { size, stride, dilation, before, value } = windows(attributes)
      const step = { coefficients: own(2, stride).with(3, dilation), offset: -before }
      const sources = [{ name: 'x', axes: { 2: step } }]
      return encode(operands, { y: 'y', sources, inner: size, value })
    },
  },
  unfoldGradient: {
    kernel: 'gather',
    encode: (operands, attributes) => {
      const { size, stride, dilation, before } = windows(attributes)
      const step = { coefficients: own(2).with(3, -dilation), offset: before, divisor: stride, exact: true }
      const column = { coefficients: own(COLUMN).with(3, operands.layout('dx').columns) }
      const sources = [{ name: 'dy', axes: { 2: step, [COLUMN]: column } }]
      return encode(operands, { y: 'dx', sources, inner: size, summed: true })
    },
  },

  view: {
    encode: (operands) => {
      const { layout, pointer } = operands
      const [x, y] = [layout('x'), layout('y')]
      return [
        ...[pointer('x'), x.panelStride, x.columns, pointer('y'), y.panelStride, y.columns, y.bytes],
        sizeOf(typeOf(operands, 'x').shape.map(Number)),
      ]
    },
  },

  constant: {
    encode: ({ pointer, layout }, { values }) => {
      const { panelStride, columns, bytes } = layout('y')
      const numbers = values as readonly number[]
      return [pointer('y'), panelStride, columns, bytes, numbers.length, ...numbers.map(float32Word)]
    },
  },

  seeded: {
    encode: ({ pointer }, { seed }) => [pointer('generator'), pointer('own'), ...seedWords(Number(seed))],
  },

  matmul: {
    encode: (operands, { transposeA, transposeB }) => {
      const { sequence, layout, count } = operands
      const a = typeOf(operands, 'a').shape
      return [
        ...count([a[transposeA ? 2 : 1]]),
        ...count([a[transposeA ? 1 : 2]]),
        layout('y').columns,
        word(transposeA === true),
        word(transposeB === true),
        ...sequence('a'),
        ...sequence('b'),
        ...sequence('y'),
      ]
    },
  },
}
