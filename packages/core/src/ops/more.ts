import { activation, activationGradient } from './activation.ts'
import { dropoutMask } from './dropoutMask.ts'
import { embedding, embeddingGradient } from './embedding.ts'
import { flip } from './flip.ts'
import { joinGates, splitGates } from './gates.ts'
import { gru } from './gru.ts'
import { gruBackward, gruRecurrentGradient } from './gruBackward.ts'
import { binaryCrossEntropy, binaryCrossEntropyGradient } from './losses/binaryCrossEntropy.ts'
import { categoricalCrossEntropy, categoricalCrossEntropyGradient } from './losses/categoricalCrossEntropy.ts'
import { maskWeights } from './losses/maskWeights.ts'
import { meanAbsoluteError, meanAbsoluteErrorGradient } from './losses/meanAbsoluteError.ts'
import { meanSquaredError, meanSquaredErrorGradient } from './losses/meanSquaredError.ts'
import { sigmoidCrossEntropy, sigmoidCrossEntropyGradient } from './losses/sigmoidCrossEntropy.ts'
import { binaryAccuracy } from './metrics/binaryAccuracy.ts'
import { multiply } from './multiply.ts'
import { oneHot } from './oneHot.ts'
import type { Op } from './op.ts'
import { rmsprop } from './optimizers/rmsprop.ts'
import { sgd } from './optimizers/sgd.ts'
import { reshape } from './reshape.ts'
import { rnn, rnnBackward } from './rnn.ts'
import { scan } from './scan.ts'
import { shown } from './shown.ts'

/** The rest of the instruction set: with `BASE` of `index.ts` it is whole. An engine downloads it when it first needs it. */
export const MORE = [
  ...[multiply, reshape, oneHot, dropoutMask, activation, activationGradient],
  ...[gru, gruBackward, gruRecurrentGradient, rnn, rnnBackward, scan, shown, flip, splitGates, joinGates],
  ...[embedding, embeddingGradient],
  ...[sigmoidCrossEntropy, sigmoidCrossEntropyGradient, binaryCrossEntropy, binaryCrossEntropyGradient],
  ...[categoricalCrossEntropy, categoricalCrossEntropyGradient],
  ...[meanSquaredError, meanSquaredErrorGradient, meanAbsoluteError, meanAbsoluteErrorGradient],
  ...[binaryAccuracy, maskWeights, sgd, rmsprop],
] as readonly unknown[] as readonly Op[]
