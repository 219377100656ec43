import { sizeOf } from '../program/program.ts'

type Shapes = Readonly<Record<string, readonly number[]>>
type Flops = (inputs: Shapes, outputs: Shapes) => number

/** So many an entry of this operand. */
const each =
  (operand: string, count: number): Flops =>
  (inputs) =>
    count * sizeOf(inputs[operand])

/** A recurrent operation: products with matrices of so many gates, and what is done for each of its units. */
const forward =
  (gates: number, more: number): Flops =>
  ({ x: [B, T, I] }, { hLast: [, H] }) =>
    B * T * (2 * (I + H) * gates * H + more * H)
const backward =
  (gates: number, more: number): Flops =>
  ({ h: [B, T, H] }) =>
    B * T * (2 * H * gates * H + more * H)

const nothing: Flops = () => 0

/** By operation. Apart from the instruction set, because only `explain` asks. */
const FLOPS: Readonly<Record<string, Flops | undefined>> = {
  dense: ({ kernel }, { y }) => 2 * kernel[0] * sizeOf(y),
  weightGradient: ({ x }, { dKernel }) => 2 * sizeOf(x) * dKernel[1],
  lstm: forward(4, 30),
  lstmBackward: ({ c, ...others }, outputs) => backward(4, 30)({ ...others, h: c }, outputs),
  gru: forward(3, 25),
  gruBackward: backward(3, 25),
  gruRecurrentGradient: backward(3, 0),
  rnn: forward(1, 8),
  rnnBackward: backward(1, 4),
  activation: each('x', 8),
  activationGradient: each('y', 3),
  dropoutMask: (_, { mask }) => 20 * sizeOf(mask),
  matmul: ({ a: [, T, K] }, { y }) => (2 * sizeOf(y) * T * K) / y[1],
  product: ({ a }, { y }) => 2 * a[1] * sizeOf(y),
  embedding: nothing,
  embeddingGradient: each('dy', 1),
  flip: nothing,
  oneHot: nothing,
  reshape: nothing,
  transpose: nothing,
  splitGates: nothing,
  joinGates: nothing,
  shown: nothing,
  softmax: each('x', 10),
  softmaxGradient: each('y', 4),
  softmaxCrossEntropy: each('logits', 12),
  softmaxCrossEntropyGradient: each('logits', 12),
  sigmoidCrossEntropy: each('logits', 20),
  sigmoidCrossEntropyGradient: each('logits', 10),
  categoricalCrossEntropy: each('probabilities', 12),
  categoricalCrossEntropyGradient: each('probabilities', 8),
  binaryCrossEntropy: each('probabilities', 30),
  binaryCrossEntropyGradient: each('probabilities', 6),
  meanSquaredError: each('predictions', 3),
  meanSquaredErrorGradient: each('predictions', 3),
  meanAbsoluteError: each('predictions', 3),
  meanAbsoluteErrorGradient: each('predictions', 3),
  categoricalAccuracy: each('predictions', 2),
  binaryAccuracy: each('predictions', 2),
  guard: each('loss', 1),
  sgd: each('parameter', 4),
  rmsprop: each('parameter', 12),
  adam: each('parameter', 14),
}

/** Floating-point operations of one run at these shapes, a multiply-add counted as two; else one an entry of the results. */
export function flopsOf(operation: string, inputs: Shapes, outputs: Shapes): number {
  const own = FLOPS[operation]
  if (own) return own(inputs, outputs)
  return Object.values(outputs).reduce((sum, shape) => sum + sizeOf(shape), 0)
}

/** Of a scan: those of one step, as often as there are steps. */
export function flopsOfScan(step: readonly { readonly flops: number }[], { x0 }: Shapes): number {
  return x0[1] * step.reduce((sum, { flops }) => sum + flops, 0)
}
