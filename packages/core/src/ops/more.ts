import { dropoutMask } from './dropoutMask.ts'
import { embedding, embeddingGradient } from './embedding.ts'
import { joinGates, splitGates } from './gates.ts'
import { GENERAL } from './generalSet.ts'
import { gru } from './gru.ts'
import { gruBackward, gruRecurrentGradient } from './gruBackward.ts'
import { binaryCrossEntropy, binaryCrossEntropyGradient } from './losses/binaryCrossEntropy.ts'
import { meanAbsoluteError, meanAbsoluteErrorGradient } from './losses/meanAbsoluteError.ts'
import { meanSquaredError, meanSquaredErrorGradient } from './losses/meanSquaredError.ts'
import { sigmoidCrossEntropy, sigmoidCrossEntropyGradient } from './losses/sigmoidCrossEntropy.ts'
import type { Op } from './op.ts'
import { rmsprop } from './optimizers/rmsprop.ts'
import { sgd } from './optimizers/sgd.ts'
import { reshape } from './reshape.ts'
import { rnn, rnnBackward } from './rnn.ts'
import { scan } from './scan.ts'
import { shown } from './shown.ts'

/** The rest of the instruction set: with `BASE` of `index.ts` it is whole. An engine downloads it when it first needs it. */
export const MORE = [
  ...GENERAL,
  ...[reshape, dropoutMask],
  ...[gru, gruBackward, gruRecurrentGradient, rnn, rnnBackward, scan, shown, splitGates, joinGates],
  ...[embedding, embeddingGradient],
  ...[sigmoidCrossEntropy, sigmoidCrossEntropyGradient, binaryCrossEntropy, binaryCrossEntropyGradient],
  ...[meanSquaredError, meanSquaredErrorGradient, meanAbsoluteError, meanAbsoluteErrorGradient],
  ...[sgd, rmsprop],
] as readonly unknown[] as readonly Op[]
