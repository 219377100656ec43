import { show } from '../config/options.ts'
import { checkFinite, isRagged, type Sequence, type Tensor, type TensorLike } from '../data/tensor.ts'
import { DataError } from '../errors.ts'
import { formatShape, type Shape } from '../layers/shape.ts'
import { type Network, type NetworkInput, sameShape } from '../network/network.ts'
import { BATCH, type Extents, resolveShape } from '../program/program.ts'
import { raggedParts, toSamples } from './sequences.ts'

/** One input's samples; where the model leaves the length open, sequences of different lengths as they are. */
export type TensorOrSequences = TensorLike | readonly Sequence[]

/** A model's input; several in the order of the model's inputs, or by name. */
export type Inputs =
  | TensorOrSequences
  | readonly TensorOrSequences[]
  | Readonly<Record<string, TensorOrSequences>>

/** One thing for each of `names`: as it is where there is one, else in a list or by name. */
export function oneForEach<T>(
  given: unknown,
  names: readonly string[],
  what: string,
  optional = false,
): (T | undefined)[] {
  if (isNamed(given)) {
    const unknown = Object.keys(given).find((name) => !names.includes(name))
    if (unknown !== undefined)
      throw new DataError(`${what}: there is no '${unknown}'; the model has ${names.join(', ')}`)
    const missing = names.find((name) => given[name] === undefined)
    if (missing !== undefined && !optional)
      throw new DataError(`${what}: '${missing}' is missing; the model has ${names.join(', ')}`)
    return names.map((name) => given[name] as T | undefined)
  }
  if (names.length === 1) return [given as T]
  if (Array.isArray(given) && given.length === names.length) return given as T[]
  throw new DataError(
    `${what}: the model has ${names.length} (${names.join(', ')}); expected a list of as many tensors, or an object by these names; got ${Array.isArray(given) ? `a list of ${given.length}` : show(given)}`,
  )
}

/** An object by names, rather than a tensor. */
function isNamed(given: unknown): given is Readonly<Record<string, unknown>> {
  return (
    typeof given === 'object' &&
    given !== null &&
    !Array.isArray(given) &&
    !ArrayBuffer.isView(given) &&
    !('shape' in given && 'data' in given)
  )
}

/** What stands in a list by itself, as Keras takes an only input or output too, where it is told from a single sample. */
export function outOfList<T>(given: T, isAll: (entry: unknown) => boolean): T {
  return Array.isArray(given) && given.length === 1 && isAll(given[0]) ? given[0] : given
}

/** Sizes of the axes of a tensor or of nested arrays, the first entries' all along. */
export function sizesOf(given: unknown): readonly number[] {
  if (Array.isArray(given)) return [given.length, ...sizesOf(given[0])]
  if (ArrayBuffer.isView(given)) return [(given as Float32Array).length]
  return (given as Tensor | null)?.shape ?? []
}

/** Checks samples against what the network takes; ids become integers. */
export function prepareInputs(given: Inputs, network: Network, name = 'x'): Tensor[] {
  const names = network.inputs.map((input) => input.name)
  const [{ shape }] = network.inputs
  const all = names.length > 1 ? given : outOfList(given, (x) => sizesOf(x).length === shape.length + 1)
  const tensors = oneForEach<TensorOrSequences>(all, names, name).map((each, index) => {
    const input = network.inputs[index]
    return prepareInput(
      each as TensorOrSequences,
      input,
      names.length === 1 ? name : `${name}, input '${input.name}'`,
    )
  })
  const other = tensors.findIndex(({ shape }) => shape[0] !== tensors[0].shape[0])
  if (other >= 0)
    throw new DataError(
      `${name}: all inputs must hold as many samples; '${names[0]}' holds ${tensors[0].shape[0]}, '${names[other]}' ${tensors[other].shape[0]}`,
    )
  return tensors
}

function prepareInput(given: TensorOrSequences, { shape, idsBelow }: NetworkInput, name: string): Tensor {
  const x = toSamples(given, name)
  if (isRagged(x)) raggedParts().checkOpen(x, shape, name)
  if (x.shape[0] === 0 || x.shape.length === 0) throw new DataError(`${name} holds no samples`)
  if (!sameShape(shape, x.shape.slice(1))) throw new DataError(wrongShape(name, shape, x.shape))
  if (x.data.length === 0) throw new DataError(`${name} is empty: its shape is [${x.shape}]`)
  if (!isRagged(x)) checkFinite(x, name)
  return idsBelow === null ? x : toIds(x, idsBelow, name)
}

/** Sizes of the extents for batches of `batch` rows of these inputs. */
export function extentsFor(network: Network, inputs: readonly Tensor[], batch: number): Extents {
  const extents: Record<string, number> = { [BATCH]: batch }
  for (const [index, { shape }] of inputs.entries()) {
    const extent = network.extentOf(index)
    if (extent === null) continue
    const { name } = network.inputs[index]
    if (extents[extent] !== undefined && extents[extent] !== shape[1])
      throw new DataError(
        `input '${name}' has ${shape[1]} time steps where another, which the same layer takes, has ${extents[extent]}; they must be equal`,
      )
    extents[extent] = shape[1]
  }
  return extents
}

/** Shapes of what the network returns for these inputs. */
export function predictionShapes(network: Network, inputs: readonly Tensor[]): number[][] {
  const samples = inputs[0].shape[0]
  return network.outputs.map(({ dims }) =>
    resolveShape([BATCH, ...dims], extentsFor(network, inputs, samples)),
  )
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
  return x.data instanceof Int32Array ? x : { ...x, data: Int32Array.from(x.data) }
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
