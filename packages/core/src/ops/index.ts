import { activation, activationGradient } from './activation.ts'
import { add } from './add.ts'
import { dense } from './dense.ts'
import { dropoutMask } from './dropoutMask.ts'
import { embedding, embeddingGradient } from './embedding.ts'
import { gru } from './gru.ts'
import { gruBackward, gruRecurrentGradient } from './gruBackward.ts'
import { guard } from './guard.ts'
import { binaryCrossEntropy, binaryCrossEntropyGradient } from './losses/binaryCrossEntropy.ts'
import { categoricalCrossEntropy, categoricalCrossEntropyGradient } from './losses/categoricalCrossEntropy.ts'
import { maskWeights } from './losses/maskWeights.ts'
import { meanAbsoluteError, meanAbsoluteErrorGradient } from './losses/meanAbsoluteError.ts'
import { meanSquaredError, meanSquaredErrorGradient } from './losses/meanSquaredError.ts'
import { sigmoidCrossEntropy, sigmoidCrossEntropyGradient } from './losses/sigmoidCrossEntropy.ts'
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from './losses/softmaxCrossEntropy.ts'
import { lstm, lstmBackward } from './lstm.ts'
import { binaryAccuracy } from './metrics/binaryAccuracy.ts'
import { categoricalAccuracy } from './metrics/categoricalAccuracy.ts'
import { multiply } from './multiply.ts'
import { oneHot } from './oneHot.ts'
import type { Op } from './op.ts'
import { adam } from './optimizers/adam.ts'
import { rmsprop } from './optimizers/rmsprop.ts'
import { sgd } from './optimizers/sgd.ts'
import { reshape } from './reshape.ts'
import { rnn, rnnBackward } from './rnn.ts'
import { softmax, softmaxGradient } from './softmax.ts'
import { transpose } from './transpose.ts'
import { weightGradient } from './weightGradient.ts'

/** The instruction set. */
export const OPERATIONS = [
  ...[add, dense, multiply, reshape, transpose, weightGradient],
  ...[lstm, lstmBackward, gru, gruBackward, gruRecurrentGradient, rnn, rnnBackward],
  ...[activation, activationGradient, softmax, softmaxGradient],
  ...[embedding, embeddingGradient, oneHot, dropoutMask],
  ...[softmaxCrossEntropy, softmaxCrossEntropyGradient, sigmoidCrossEntropy, sigmoidCrossEntropyGradient],
  ...[
    categoricalCrossEntropy,
    categoricalCrossEntropyGradient,
    binaryCrossEntropy,
    binaryCrossEntropyGradient,
  ],
  ...[meanSquaredError, meanSquaredErrorGradient, meanAbsoluteError, meanAbsoluteErrorGradient],
  ...[categoricalAccuracy, binaryAccuracy, maskWeights, guard],
  ...[sgd, rmsprop, adam],
] as readonly unknown[] as readonly Op[]

const byName = new Map(OPERATIONS.map((op) => [op.name, op]))

/** The operation of this name; programs come from our own builder or a file's, so an unknown one is an error. */
export function operation(name: string): Op {
  const op = byName.get(name)
  if (!op) throw new Error(`unknown operation '${name}'; this version knows ${[...byName.keys()].join(', ')}`)
  return op
}
