import { checkFinite, type Tensor, type TensorLike, toTensor } from '../data/tensor.ts'
import { DataError } from '../errors.ts'
import { formatShape, type Shape } from '../layers/layer.ts'
import { type Network, sameShape, TIME } from '../network/network.ts'
import { BATCH, type Extents } from '../program/program.ts'

/** Checks samples against what the network takes; ids become integers. */
export function prepareInput(input: TensorLike, network: Network, name = 'x'): Tensor {
  const x = toTensor(input, name)
  if (x.shape[0] === 0 || x.shape.length === 0) throw new DataError(`${name} holds no samples`)
  if (!sameShape(network.inputShape, x.shape.slice(1)))
    throw new DataError(wrongShape(name, network.inputShape, x.shape))
  if (x.data.length === 0) throw new DataError(`${name} is empty: its shape is [${x.shape}]`)
  checkFinite(x, name)
  const embedding = network.layers[0].variables[0]
  return network.layers[0].layer.takesIds ? toIds(x, embedding.spec.shape[0], name) : x
}

/** Sizes of the extents for batches of `batch` rows of this input. */
export function extentsFor(network: Network, x: Tensor, batch: number): Extents {
  return network.inputShape[0] === null ? { [BATCH]: batch, [TIME]: x.shape[1] } : { [BATCH]: batch }
}

/** Shape of what the network returns for this input. */
export function predictionShape(network: Network, x: Tensor): number[] {
  return [x.shape[0], ...network.outputShape.map((dim) => dim ?? x.shape[1])]
}

function toIds(x: Tensor, vocabulary: number, name: string): Tensor {
  for (let i = 0; i < x.data.length; i++) {
    const id = x.data[i]
    if (!Number.isInteger(id) || id < 0 || id >= vocabulary) {
      throw new DataError(
        `${name}: ids must be whole numbers from 0 to ${vocabulary - 1} (the embedding's inputDim is ${vocabulary}); entry ${i} is ${id}`,
      )
    }
  }
  return x.data instanceof Int32Array ? x : { shape: x.shape, data: Int32Array.from(x.data) }
}

function wrongShape(name: string, expected: Shape, found: readonly number[]): string {
  const sentence = `${name}: the model expects ${formatShape(expected)}; got [${found.join(', ')}].`
  const fixed = expected.every((dim) => dim !== null)
  const size = (dims: readonly (number | null)[]) =>
    dims.reduce<number>((product, dim) => product * (dim ?? 1), 1)
  if (fixed && found.length > 1 && size(found.slice(1)) === size(expected)) {
    return `${sentence} The sizes agree: give the shape [${[found[0], ...expected].join(', ')}].`
  }
  if (fixed && size(found) === size(expected))
    return `${sentence} A single sample needs a batch axis in front: [${[1, ...expected].join(', ')}].`
  return sentence
}
