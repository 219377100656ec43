import { boolean, rate as isRate, seed as isSeed, oneOf, orNull } from '../config/options.ts'
import { DataError } from '../errors.ts'
import { type InitializerLike, resolveInitializer } from '../initializers/index.ts'
import { constant } from '../ops/constant.ts'
import { dropoutMask } from '../ops/dropoutMask.ts'
import { type Expressions, expressions } from '../ops/general.ts'
import { matmul, permute } from '../ops/moves.ts'
import type { Value } from '../program/program.ts'
import { softmaxOver } from './activations.ts'
import { fixedAxis } from './axes.ts'
import {
  checkLayerOptions,
  defineLayer,
  type EmitContext,
  formatShape,
  type Layer,
  type LayerOptions,
  type Shape,
  type WeightSpec,
} from './layer.ts'
import { randomOf } from './noise.ts'

// Inputs [query, value] or [query, value, key]: query [B, Tq, D], value [B, Tv, V], key [B, Tv, D] (the value where there is
// none). Scores [B, Tq, Tv] become weights by a softmax over Tv, and the output [B, Tq, V] is the weighted sum of the values.
// Where the number of values is fixed, scores are a matrix a sample; where it is open, Tv is an axis between rows and
// columns, [B, Tq, Tv, 1], and the products are summed over [B, Tq, Tv, D], which takes more memory.

interface SharedOptions extends LayerOptions {
  /** Share of the weights dropped in training. Default 0. */
  dropout?: number
  /** Of the dropout: see `spatialDropout1d`. */
  seed?: number | null
  /** May a query see the values of its own step and of earlier ones alone? In Keras an argument of the call. Default false. */
  useCausalMask?: boolean
}

export interface AttentionOptions extends SharedOptions {
  /** Are the scores multiplied by a number that is learned? Default false. */
  useScale?: boolean
  /** 'dot': query · key. 'concat': the sum of tanh(query + key). Default 'dot'. */
  scoreMode?: 'dot' | 'concat'
}

export interface AdditiveAttentionOptions extends SharedOptions {
  /** Is tanh(query + key) multiplied by numbers that are learned? Default true. */
  useScale?: boolean
}

const CHECKS = { useScale: boolean, dropout: isRate, seed: orNull(isSeed), useCausalMask: boolean }
/** What is taken off the scores of values that are not there. */
const FAR = 1e9

/** Attention by dot products (Luong et al. 2015). [query, value] or [query, value, key]. Keras: `Attention`. */
export function attention(options: AttentionOptions = {}): Layer {
  const where = 'layers.attention'
  checkLayerOptions({ where, options: { ...CHECKS, scoreMode: oneOf(['dot', 'concat']) } }, options)
  const { useScale = false, scoreMode = 'dot', dropout = 0, seed = null } = options
  const ones = resolveInitializer('ones', where)
  const one = (name: string): WeightSpec => ({ name, shape: [], initializer: ones })
  const concat = scoreMode === 'concat'
  return attentionLayer('Attention', where, options, {
    weights: () => [...(useScale ? [one('scale')] : []), ...(concat ? [one('concat_score_weight')] : [])],
    scores: (e, { weight, builder }, query, key) => {
      if (!concat) {
        const scores = products(e, builder, query, key)
        return useScale ? e.multiply(scores, weight('scale')) : scores
      }
      const sums = pairSums(e, builder, query, key)
      const scaled = useScale ? e.multiply(sums, weight('scale')) : sums
      return e.multiply(overFeatures(e, builder, key, e.tanh(scaled)), weight('concat_score_weight'))
    },
    config: { use_scale: useScale, score_mode: scoreMode, dropout, seed },
  })
}

/** Attention by tanh(query + key) (Bahdanau et al. 2015). [query, value] or [query, value, key]. Keras: `AdditiveAttention`. */
export function additiveAttention(options: AdditiveAttentionOptions = {}): Layer {
  const where = 'layers.additiveAttention'
  checkLayerOptions({ where, options: CHECKS }, options)
  const { useScale = true, dropout = 0, seed = null } = options
  const glorot: InitializerLike = 'glorotUniform'
  return attentionLayer('AdditiveAttention', where, options, {
    weights: (query) => {
      const shape = [fixedAxis(where, query, -1)]
      return useScale ? [{ name: 'scale', shape, initializer: resolveInitializer(glorot, where) }] : []
    },
    scores: (e, { weight, builder }, query, key) => {
      const bent = e.tanh(pairSums(e, builder, query, key))
      return overFeatures(e, builder, key, useScale ? e.multiply(bent, weight('scale')) : bent)
    },
    config: { use_scale: useScale, dropout, seed },
  })
}

interface Kind {
  weights(query: Shape): readonly WeightSpec[]
  scores(e: Expressions, context: EmitContext, query: Value, key: Value): Value
  readonly config: Layer['config']
}

function attentionLayer(className: string, where: string, options: SharedOptions, kind: Kind): Layer {
  const { dropout = 0, seed = null, useCausalMask = false } = options
  return defineLayer(options, {
    className,
    inputs: Infinity,
    whyWhole: 'it looks at all steps at once',
    outputShape: (...inputs) => {
      checkInputs(where, inputs)
      return [inputs[0][0], inputs[1][1]]
    },
    apart: true,
    weights: (query) => kind.weights(query),
    emit: (context, query, value, key = value) => {
      const { builder, mask } = context
      const { emit } = builder
      const e = expressions(emit)
      let scores = kind.scores(e, context, query, key)
      const open = scores.shape.length === 4
      const there = mask(1)
      const hidden: Value[] = []
      if (there) hidden.push(absent(e, context, value, there, open))
      if (useCausalMask) hidden.push(later(where, e, context, query, value))
      if (hidden.length > 0)
        scores = e.subtract(
          scores,
          e.scale(
            hidden.reduce((a, b) => e.maximum(a, b)),
            FAR,
          ),
        )
      let weights = softmaxOver(builder, scores, [2])
      const random = dropout === 0 ? null : randomOf(context, seed)
      if (random) {
        const { generator, stream } = random
        const attributes = { rate: dropout, stream, perStep: true }
        weights = e.multiply(weights, emit(dropoutMask, { generator, like: weights }, attributes).mask)
      }
      const sums = open
        ? e.sum(e.multiply(weights, emit(permute, { x: value }, { axes: [0, 1, 2] }).y), [2])
        : emit(matmul, { a: weights, b: value }, { transposeA: false, transposeB: false }).y
      const asked = mask(0)
      return asked ? e.where(asked, sums, 0) : sums
    },
    mask: (context) => context.mask(0),
    // in Keras's JSON it is an argument of the call, which a layer cannot write: Keras refuses it by name
    config: { ...kind.config, ...(useCausalMask ? { use_causal_mask: true } : {}) },
  })
}

function checkInputs(where: string, inputs: readonly Shape[]): void {
  const [query, value, key = value] = inputs
  const fits =
    (inputs.length === 2 || inputs.length === 3) &&
    inputs.every(({ length }) => length === 2) &&
    query[1] === key[1] &&
    value[0] === key[0]
  if (!fits)
    throw new DataError(
      `${where}: expected [query, value] or [query, value, key], sequences of which query and key have as many features, key and value as many steps; got ${inputs.map(formatShape).join(', ')}`,
    )
}

type Emitter = EmitContext['builder']

const isOpen = (key: Value) => typeof key.shape[1] !== 'number'

/** query [B, Tq, 1, D] and key [B, 1, Tv, D]. */
function apart({ emit }: Emitter, query: Value, key: Value): readonly [Value, Value] {
  return [
    emit(permute, { x: query }, { axes: [1, 0, 2] }).y,
    emit(permute, { x: key }, { axes: [0, 1, 2] }).y,
  ]
}

/** Dot products of every query with every key: [B, Tq, Tv], or [B, Tq, Tv, 1] where Tv is open. */
function products(e: Expressions, builder: Emitter, query: Value, key: Value): Value {
  if (!isOpen(key))
    return builder.emit(matmul, { a: query, b: key }, { transposeA: false, transposeB: true }).y
  const [q, k] = apart(builder, query, key)
  return e.sum(e.multiply(q, k), [3], true)
}

/** query + key of every pair: [B, Tq, Tv, D]. */
function pairSums(e: Expressions, builder: Emitter, query: Value, key: Value): Value {
  const [q, k] = apart(builder, query, key)
  return e.add(q, k)
}

/** The sum over the features of every pair, shaped like scores. */
function overFeatures(e: Expressions, { emit }: Emitter, key: Value, pairs: Value): Value {
  const sums = e.sum(pairs, [3], true)
  return isOpen(key) ? sums : emit(permute, { x: sums }, { axes: [1, 2] }).y
}

/** 1 where a value is masked, else 0: [B, 1, Tv], or [B, 1, Tv, 1] where Tv is open. */
function absent(
  e: Expressions,
  { builder: { emit } }: EmitContext,
  value: Value,
  there: Value,
  open: boolean,
): Value {
  // a column of the value, to have the shape [B, Tv, 1]
  const column = e.scale(e.stop(e.sum(value, [2], true)), 0, 1)
  const gone = e.where(there, 0, column)
  return emit(permute, { x: gone }, { axes: open ? [0, 1, 2] : [2, 1] }).y
}

/** 1 where a value comes after the query, else 0. */
function later(
  where: string,
  _: Expressions,
  { builder: { emit } }: EmitContext,
  query: Value,
  value: Value,
): Value {
  const [Tq, Tv] = [query.shape[1], value.shape[1]]
  if (typeof Tq !== 'number' || typeof Tv !== 'number')
    throw new DataError(`${where}: useCausalMask needs fixed lengths; give inputShape a number of steps`)
  const values = Array.from({ length: Tq * Tv }, (_, i) => Number(i % Tv > Math.floor(i / Tv)))
  return emit(constant, {}, { shape: [Tq, Tv], values }).y
}
