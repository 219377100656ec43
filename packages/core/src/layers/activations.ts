import { OptionError } from '../errors.ts'
import { type Expressions, expressions } from '../ops/general.ts'
import { permute, slice } from '../ops/moves.ts'
import { softmax } from '../ops/softmax.ts'
import { sparsemax } from '../ops/sparsemax.ts'
import type { Builder } from '../program/builder.ts'
import { formatType, type Value } from '../program/program.ts'
import type { ActivationName } from './activationOption.ts'

// Keras's activations as instructions, with its gradients at the corners too (TensorFlow's, at 0 of relu for one).

/** (x · scale) where x ≥ 0, scale · α · (eˣ − 1) below: Klambauer et al. 2017. */
const SELU_SCALE = 1.0507009873554805
const SELU_ALPHA = 1.6732632423543772

/** What an activation may be told beside x; Keras's defaults where it is used by name. */
export interface ActivationParameters {
  /** elu, celu: default 1. */
  readonly alpha?: number
  /** leakyRelu: default 0.2; relu: default 0. */
  readonly negativeSlope?: number
  /** relu: the most it gives. */
  readonly maxValue?: number | null
  /** relu: default 0; softShrink, hardShrink: default 0.5. */
  readonly threshold?: number
  /** gelu: with tanh in place of erf; default false. */
  readonly approximate?: boolean
  /** softmax, logSoftmax, sparsemax, glu: of the logical shape; default the last. */
  readonly axis?: number
}

type Formula = (e: Expressions, x: Value, parameters: ActivationParameters) => Value

const FORMULAS = {
  relu6,
  leakyRelu: (e, x, { negativeSlope = 0.2 }) =>
    e.where(e.compare('greater', x, 0), x, e.scale(x, negativeSlope)),
  elu: (e, x, { alpha = 1 }) => {
    const negative = e.expm1(e.minimum(x, 0))
    return e.where(e.compare('greater', x, 0), x, alpha === 1 ? negative : e.scale(negative, alpha))
  },
  selu: (e, x) =>
    e.where(
      e.compare('less', x, 0),
      e.scale(e.expm1(e.minimum(x, 0)), SELU_SCALE * SELU_ALPHA),
      e.scale(x, SELU_SCALE),
    ),
  celu: (e, x, { alpha = 1 }) =>
    e.add(e.maximum(x, 0), e.scale(e.expm1(e.divide(e.minimum(x, 0), alpha)), alpha)),
  softplus: (e, x) => e.softplus(x),
  softsign: (e, x) => e.divide(x, e.scale(e.abs(x), 1, 1)),
  softShrink: (e, x, { threshold = 0.5 }) =>
    e.where(
      e.compare('greater', x, threshold),
      e.scale(x, 1, -threshold),
      e.where(e.compare('less', x, -threshold), e.scale(x, 1, threshold), 0),
    ),
  hardShrink: (e, x, { threshold = 0.5 }) => e.where(e.compare('greater', e.abs(x), threshold), x, 0),
  tanhShrink: (e, x) => e.subtract(x, e.tanh(x)),
  sparsePlus: (e, x) =>
    e.where(
      e.compare('lessEqual', x, -1),
      0,
      e.where(e.compare('less', x, 1), e.scale(e.square(e.scale(x, 1, 1)), 0.25), x),
    ),
  sparseSigmoid: (e, x) =>
    e.where(
      e.compare('lessEqual', x, -1),
      0,
      e.where(e.compare('greaterEqual', x, 1), 1, e.scale(e.scale(x, 1, 1), 0.5)),
    ),
  silu: (e, x) => e.multiply(x, e.sigmoid(x)),
  squareplus: (e, x) => e.scale(e.add(x, e.sqrt(e.scale(e.square(x), 1, 4))), 0.5),
  gelu: (e, x, { approximate = false }) => {
    const inner = approximate
      ? e.tanh(e.scale(e.add(x, e.scale(e.multiply(x, e.square(x)), 0.044715)), Math.sqrt(2 / Math.PI)))
      : e.erf(e.scale(x, Math.SQRT1_2))
    return e.multiply(e.scale(x, 0.5), e.scale(inner, 1, 1))
  },
  hardSigmoid,
  hardSilu: (e, x) => e.multiply(x, hardSigmoid(e, x)),
  hardTanh: (e, x) => clip(e, x, -1, 1),
  exponential: (e, x) => e.exp(x),
  logSigmoid: (e, x) => e.negative(e.softplus(e.negative(x))),
  mish: (e, x) => e.multiply(x, e.tanh(e.softplus(x))),
} as const satisfies Partial<Record<ActivationName, Formula>>

/** Applies an activation to a value [B, …, N], also within a scan's step. */
export function emitActivation(
  builder: Pick<Builder, 'emit'>,
  kind: ActivationName,
  x: Value,
  parameters: ActivationParameters = {},
): Value {
  const { emit } = builder
  const e = expressions(emit)
  if (kind === 'linear') return x
  if (kind === 'tanh' || kind === 'sigmoid') return e[kind](x)
  if (kind === 'relu') return relu(e, x, parameters)
  const last = x.shape.length - 1
  const axis = parameters.axis ?? last
  if (kind === 'glu') return glu(builder, x, axis)
  if (kind === 'logSoftmax') return logSoftmax(e, x, [axis])
  if (kind === 'softmax') return softmaxOver(builder, x, [axis])
  if (kind === 'sparsemax') return alongLast(builder, x, axis, (moved) => emit(sparsemax, { x: moved }, {}).y)
  const formula: Formula = FORMULAS[kind as keyof typeof FORMULAS]
  return formula(e, x, parameters)
}

function relu(
  e: Expressions,
  x: Value,
  { negativeSlope = 0, maxValue = null, threshold = 0 }: ActivationParameters,
): Value {
  if (negativeSlope !== 0 && maxValue === null && threshold === 0)
    return FORMULAS.leakyRelu(e, x, { negativeSlope })
  const above =
    threshold !== 0
      ? e.where(e.compare('greater', x, threshold), x, 0)
      : maxValue === 6
        ? relu6(e, x)
        : e.relu(x)
  const kept = maxValue === null || (threshold === 0 && maxValue === 6) ? above : clip(e, above, 0, maxValue)
  if (negativeSlope === 0) return kept
  return e.subtract(kept, e.scale(e.relu(e.scale(x, -1, threshold)), negativeSlope))
}

function relu6(e: Expressions, x: Value): Value {
  return e.where(e.compare('less', x, 6), e.relu(x), 6)
}

function hardSigmoid(e: Expressions, x: Value): Value {
  return e.divide(relu6(e, e.scale(x, 1, 3)), 6)
}

/** The gradient passes at the bounds themselves. */
function clip(e: Expressions, x: Value, low: number, high: number): Value {
  return e.where(e.compare('less', x, low), low, e.where(e.compare('greater', x, high), high, x))
}

/** eˣ / Σ eˣ over these axes together. */
export function softmaxOver({ emit }: Pick<Builder, 'emit'>, x: Value, axes: readonly number[]): Value {
  if (axes.length === 1 && axes[0] === x.shape.length - 1) return emit(softmax, { x }, {}).y
  return expressions(emit).exp(logSoftmax(expressions(emit), x, axes))
}

/** x − log Σ eˣ over these axes. */
function logSoftmax(e: Expressions, x: Value, axes: readonly number[]): Value {
  const shifted = e.subtract(x, e.stop(e.max(x, axes, true)))
  return e.subtract(shifted, e.log(e.sum(e.exp(shifted), axes, true)))
}

/** The first half, times the sigmoid of the second. */
function glu({ emit }: Pick<Builder, 'emit'>, x: Value, axis: number): Value {
  const size = x.shape[axis]
  if (typeof size !== 'number' || size % 2 !== 0)
    throw new OptionError(`activation 'glu' halves an axis: its length must be even; got ${formatType(x)}`)
  const half = (start: number) => emit(slice, { x }, { axis, start, size: size / 2 }).y
  const e = expressions(emit)
  return e.multiply(half(0), e.sigmoid(half(size / 2)))
}

/** Does along an axis what works along the last alone. */
function alongLast(
  { emit }: Pick<Builder, 'emit'>,
  x: Value,
  axis: number,
  body: (x: Value) => Value,
): Value {
  const last = x.shape.length - 1
  if (axis === last) return body(x)
  const axes = Array.from({ length: last }, (_, i) => (i + 1 === axis ? last : i + 1 === last ? axis : i + 1))
  return emit(permute, { x: body(emit(permute, { x }, { axes }).y) }, { axes }).y
}
