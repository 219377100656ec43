// Everything the base binary exports, one line a kernel: what the seed job (an LSTM classifier under Adam) runs. All
// other kernels are in `more/`.
export { adam } from './adam'
export { arrange } from './arrange'
export { dense } from './dense'
export { guard } from './guard'
export { heapBase } from './layout'
export { lstm } from './lstm'
export { lstmBackward } from './lstmBackward'
export { categoricalAccuracy } from './metrics'
export { onlyProducts } from './parts'
export { softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient } from './softmax'
export { transpose } from './transpose'
export { weightGradient } from './weightGradient'
// What the second binary has of this one (`more/base.ts`).
export { activatePanels } from './activations'
export { contract, contractTwo } from './gemm'
export { panelGradient, stepsTogether } from './weightGradient'
// The tiles, so that the optimizer leaves them as they are: with other parameters some take twice as long.
export * from './generated/tiles'
// How a multiply-add is rounded, and the shape of the tiles, which the engine tells in `explain`.
export { isFused } from './arithmetic'
export { TILE_BYTES, TILE_ROWS } from './generated/choice'
