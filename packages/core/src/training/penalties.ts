import type { Variable } from '../network/network.ts'
import { add } from '../ops/add.ts'
import { extras } from '../optimizers/demanded.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import type { Regularizer } from '../regularizers/regularizer.ts'

/** An output of a layer, [batch, …], that is penalised. */
export interface PenalizedOutput {
  readonly regularizer: Regularizer
  readonly value: Value
}

/** Appends what regularizers add to the loss, [1]; null where there are none. As in Keras what is not trained counts not. */
export function emitPenalty(
  builder: Builder,
  trainable: readonly Variable[],
  outputs: readonly PenalizedOutput[],
): Value | null {
  const penalties: Value[] = []
  const penalize = (regularizer: Regularizer, rows: readonly Value[]) =>
    penalties.push(extras().emitPenaltyOf(builder.emit, regularizer, rows))
  builder.within('penalty', () => {
    for (const { regularizer, value } of outputs) penalize(regularizer, [value])
    for (const { spec, parameters } of trainable)
      if (spec.regularizer)
        penalize(
          spec.regularizer,
          parameters.map(({ name, type }) => builder.parameter(name, type)),
        )
  })
  return penalties.length === 0
    ? null
    : penalties.reduce((a, b) => builder.within('penalty', () => builder.emit(add, { a, b }, {}).y))
}
