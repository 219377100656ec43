import { evaluateActivation, evaluateActivationGradient } from './activation.ts'
import { evaluateAdd } from './add.ts'
import { evaluateDense } from './dense.ts'
import { evaluateDropoutMask } from './dropoutMask.ts'
import { evaluateEmbedding, evaluateEmbeddingGradient } from './embedding.ts'
import { evaluateFlip } from './flip.ts'
import { evaluateJoinGates, evaluateSplitGates } from './gates.ts'
import { evaluateGru } from './gru.ts'
import { evaluateGruBackward, evaluateGruRecurrentGradient } from './gruBackward.ts'
import { evaluateGuard } from './guard.ts'
import {
  evaluateBinaryCrossEntropy,
  evaluateBinaryCrossEntropyGradient,
} from './losses/binaryCrossEntropy.ts'
import {
  evaluateCategoricalCrossEntropy,
  evaluateCategoricalCrossEntropyGradient,
} from './losses/categoricalCrossEntropy.ts'
import { evaluateMaskWeights } from './losses/maskWeights.ts'
import { evaluateMeanAbsoluteError, evaluateMeanAbsoluteErrorGradient } from './losses/meanAbsoluteError.ts'
import { evaluateMeanSquaredError, evaluateMeanSquaredErrorGradient } from './losses/meanSquaredError.ts'
import {
  evaluateSigmoidCrossEntropy,
  evaluateSigmoidCrossEntropyGradient,
} from './losses/sigmoidCrossEntropy.ts'
import {
  evaluateSoftmaxCrossEntropy,
  evaluateSoftmaxCrossEntropyGradient,
} from './losses/softmaxCrossEntropy.ts'
import { evaluateLstm, evaluateLstmBackward } from './lstm.ts'
import { evaluateBinaryAccuracy } from './metrics/binaryAccuracy.ts'
import { evaluateCategoricalAccuracy } from './metrics/categoricalAccuracy.ts'
import { evaluateMultiply } from './multiply.ts'
import { evaluateOneHot } from './oneHot.ts'
import type { Meaning, Op } from './op.ts'
import { evaluateAdam } from './optimizers/adam.ts'
import { evaluateRmsprop } from './optimizers/rmsprop.ts'
import { evaluateSgd } from './optimizers/sgd.ts'
import { evaluateReshape } from './reshape.ts'
import { evaluateRnn, evaluateRnnBackward } from './rnn.ts'
import { evaluateScan } from './scan.ts'
import { evaluateShown } from './shown.ts'
import { evaluateSoftmax, evaluateSoftmaxGradient } from './softmax.ts'
import { evaluateTranspose } from './transpose.ts'
import { evaluateWeightGradient } from './weightGradient.ts'

/**
 * What every operation means, in float64 loops: the reference engine's table. Apart from the instruction set, so that a
 * page which runs on another engine does not download it.
 */
export const MEANINGS = {
  activation: evaluateActivation,
  activationGradient: evaluateActivationGradient,
  add: evaluateAdd,
  dense: evaluateDense,
  dropoutMask: evaluateDropoutMask,
  embedding: evaluateEmbedding,
  embeddingGradient: evaluateEmbeddingGradient,
  splitGates: evaluateSplitGates,
  joinGates: evaluateJoinGates,
  flip: evaluateFlip,
  gru: evaluateGru,
  gruBackward: evaluateGruBackward,
  gruRecurrentGradient: evaluateGruRecurrentGradient,
  guard: evaluateGuard,
  binaryCrossEntropy: evaluateBinaryCrossEntropy,
  binaryCrossEntropyGradient: evaluateBinaryCrossEntropyGradient,
  categoricalCrossEntropy: evaluateCategoricalCrossEntropy,
  categoricalCrossEntropyGradient: evaluateCategoricalCrossEntropyGradient,
  maskWeights: evaluateMaskWeights,
  meanAbsoluteError: evaluateMeanAbsoluteError,
  meanAbsoluteErrorGradient: evaluateMeanAbsoluteErrorGradient,
  meanSquaredError: evaluateMeanSquaredError,
  meanSquaredErrorGradient: evaluateMeanSquaredErrorGradient,
  sigmoidCrossEntropy: evaluateSigmoidCrossEntropy,
  sigmoidCrossEntropyGradient: evaluateSigmoidCrossEntropyGradient,
  softmaxCrossEntropy: evaluateSoftmaxCrossEntropy,
  softmaxCrossEntropyGradient: evaluateSoftmaxCrossEntropyGradient,
  lstm: evaluateLstm,
  lstmBackward: evaluateLstmBackward,
  binaryAccuracy: evaluateBinaryAccuracy,
  categoricalAccuracy: evaluateCategoricalAccuracy,
  multiply: evaluateMultiply,
  oneHot: evaluateOneHot,
  adam: evaluateAdam,
  rmsprop: evaluateRmsprop,
  sgd: evaluateSgd,
  reshape: evaluateReshape,
  rnn: evaluateRnn,
  rnnBackward: evaluateRnnBackward,
  scan: evaluateScan,
  shown: evaluateShown,
  softmax: evaluateSoftmax,
  softmaxGradient: evaluateSoftmaxGradient,
  transpose: evaluateTranspose,
  weightGradient: evaluateWeightGradient,
} as Readonly<Record<string, unknown>> as Readonly<Record<string, Meaning<Op>>>

/** The meaning of the operation of this name. */
export function meaning(name: string): Meaning<Op> {
  if (!Object.hasOwn(MEANINGS, name)) throw new Error(`operation '${name}' has no meaning in ops/meanings.ts`)
  return MEANINGS[name]
}
