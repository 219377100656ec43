import type { Float32Tensor } from '../data/tensor.ts'
import { FileError } from '../errors.ts'
import { carriedSizes, STATE } from '../network/emit.ts'
import type { Network } from '../network/network.ts'
import { predictionProgram } from './programs.ts'

/** Name in a file of what a stateful layer carries. */
export const carriedAs = (name: string): string => `optimizer/${name}`

/** What a file says that stateful layers carry, by name; empty where they begin with zeros. Refuses what does not fit. */
export function readCarried(
  network: Network,
  tensors: ReadonlyMap<string, Float32Tensor>,
): ReadonlyMap<string, Float32Tensor> {
  if (![...tensors.keys()].some((name) => name.startsWith(carriedAs(STATE)))) return new Map()
  const sizes = carriedSizes(predictionProgram(network))
  const found = sizes.map(({ name, size }) => {
    const tensor = tensors.get(carriedAs(name))
    const [rows] = tensor?.shape ?? []
    if (!tensor || String(tensor.shape) !== String([rows, size]) || !tensor.data.every(Number.isFinite))
      throw new FileError(`'${carriedAs(name)}' is missing, or not [rows, ${size}] of finite numbers`)
    return [name, tensor] as const
  })
  const { batchSize } = network.inputs[0]
  const rows = batchSize ?? found[0]?.[1].shape[0]
  if (found.some(([, { shape }]) => shape[0] !== rows))
    throw new FileError(`what its stateful layers carry is not of ${rows} rows each`)
  return new Map(found)
}
