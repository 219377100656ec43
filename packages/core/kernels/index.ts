// Everything a binary exports: one line a kernel.
export { dense } from './dense'
export { gru } from './gru'
export { gruBackward, gruRecurrentGradient } from './gruBackward'
export { arenaStart } from './layout'
export { lstm } from './lstm'
export { lstmBackward } from './lstmBackward'
export { rnn } from './rnn'
export { rnnBackward } from './rnnBackward'
export { transpose } from './transpose'
export { weightGradient } from './weightGradient'
// The tiles, so that the optimizer leaves them as they are: with other parameters some take twice as long.
export * from './generated/tiles'
// Everything but the hot kernels.
export { dropoutMask } from './dropout'
export { embedding, embeddingGradient } from './embedding'
export { guard } from './guard'
export * from './losses'
export { binaryAccuracy, categoricalAccuracy } from './metrics'
export { adam, rmsprop, sgd } from './optimizers'
export { activation, activationGradient, add, multiply, oneHot, reshape } from './pointwise'
export { softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient, softmaxGradient } from './softmax'
// The shape of the tiles, which the engine tells in `explain`.
export { TILE_BYTES, TILE_ROWS } from './generated/tiles'
