import type { Tensor } from '../data/tensor.ts'
import { DataError } from '../errors.ts'
import type { FileTensor } from '../file/safetensors.ts'
import type { Network, Variable } from '../network/network.ts'
import type { Session } from './session.ts'

/** The data of one tensor for each weight, in Keras's order. Throws before anything is made room for or written. */
export function checkWeights(
  { variables }: Pick<Network, 'variables'>,
  tensors: readonly Tensor[],
): Float32Array[] {
  return variables.map((variable, index) => checkedData(tensors[index], variable))
}

/** Replaces weights by what `checkWeights` returned. */
export async function writeWeights(
  session: Session,
  variables: readonly Variable[],
  data: readonly Float32Array[],
): Promise<void> {
  for (const [index, variable] of variables.entries()) await session.write(variable, data[index])
}

/** Puts the moving averages that the optimizer keeps in the weights' place. */
export async function takeAverages(session: Session): Promise<void> {
  for (const variable of session.parts.trainable)
    await session.write(variable, await session.read(variable, 'average'))
}

/** The first weight or slot that holds NaN or infinity, or null. */
export async function firstNonFinite(session: Session, slots: readonly string[]): Promise<string | null> {
  for (const slot of [undefined, ...slots]) {
    const found = nonFiniteOf(await readTensors(session, slot))
    if (found !== null) return found
  }
  return null
}

/** The first of these that holds NaN or infinity, or null. */
export function nonFiniteOf(tensors: ReadonlyMap<string, Tensor>): string | null {
  for (const [name, { data }] of tensors) {
    // 0 times what is not finite is NaN: a sum tells, and is quick
    let sum = 0
    for (let i = 0; i < data.length; i++) sum += data[i] * 0
    if (sum !== 0) return name
  }
  return null
}

/** All weights, or what the optimizer keeps for each as this slot, by their names in files. */
export async function readTensors(session: Session, slot?: string): Promise<Map<string, FileTensor>> {
  const variables = slot ? session.parts.trainable : session.network.variables
  const entries = variables.map(async (variable) => {
    const data = await session.read(variable, slot)
    return [nameOf(variable, slot), { shape: variable.spec.shape, data }] as const
  })
  return new Map(await Promise.all(entries))
}

/** In files: `optimizer/<slot>/<path>`. */
export function nameOf({ path }: Variable, slot?: string): string {
  return slot ? `optimizer/${slot}/${path}` : path
}

export function checkedData({ shape, data }: Tensor, { path, spec }: Variable): Float32Array {
  if (shape.length !== spec.shape.length || shape.some((dim, axis) => dim !== spec.shape[axis])) {
    throw new DataError(`weight '${path}' has the shape [${spec.shape}]; got [${shape}]`)
  }
  return data instanceof Float32Array ? data : Float32Array.from(data)
}
