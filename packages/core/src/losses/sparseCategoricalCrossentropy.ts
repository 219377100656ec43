import { type Check, orNull } from '../config/options.ts'
import { notEqual, toFloat } from '../ops/masks.ts'
import { multiply } from '../ops/multiply.ts'
import { emitCategorical } from './categorical.ts'
import { CROSSENTROPY } from './categoricalCrossentropy.ts'
import { defineLoss } from './define.ts'

export interface SparseCrossentropyOptions {
  /** Predictions are logits rather than probabilities. Default false. */
  fromLogits?: boolean
  /** Rows and steps with this label do not count, e.g. −1 for steps that have none. Default null. */
  ignoreClass?: number | null
  /** −1: along the last axis, the only one supported. */
  axis?: -1
}

const isWhole: Check = (value) => (Number.isInteger(value) ? null : 'a whole number')

export const SPARSE_CROSSENTROPY = {
  checks: {
    fromLogits: CROSSENTROPY.checks.fromLogits,
    ignoreClass: orNull(isWhole),
    axis: CROSSENTROPY.checks.axis,
  },
  defaults: { fromLogits: false, ignoreClass: null, axis: -1 },
}

/** −log p of the right class, for integer labels. Right after a softmax it is computed from the logits. */
export const sparseCategoricalCrossentropy = defineLoss<SparseCrossentropyOptions>({
  className: 'SparseCategoricalCrossentropy',
  labels: 'classes',
  ...SPARSE_CROSSENTROPY,
  forgotten: ['axis'],
  adjust: ({ ignoreClass }) => ({ ignoreClass: ignoreClass ?? undefined }),
  emit: (context, { fromLogits, ignoreClass }) => {
    const { builder, labels, y } = context
    const loss = emitCategorical(builder, context.p, y, fromLogits, true)
    if (ignoreClass === null || !labels.classes) return loss
    const counts = builder.emit(notEqual, { x: labels.classes }, { value: ignoreClass }).y
    return builder.emit(multiply, { a: loss, b: builder.emit(toFloat, { x: counts }, {}).y }, {}).y
  },
})
