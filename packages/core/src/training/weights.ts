import type { Tensor } from '../data/tensor.ts'
import { DataError } from '../errors.ts'
import type { FileTensor } from '../file/safetensors.ts'
import type { Network, Variable } from '../network/network.ts'
import type { Session } from './session.ts'

/** All weights by path, in Keras's order and shapes. */
export async function readWeights(session: Session): Promise<Map<string, FileTensor>> {
  return readAll(session)
}

/** What the optimizer keeps for each weight, as `optimizer/<slot>/<path>`. */
export async function readSlots(
  session: Session,
  slots: readonly string[],
): Promise<Map<string, FileTensor>> {
  const each = await Promise.all(slots.map((slot) => readAll(session, slot)))
  return new Map(each.flatMap((tensors) => [...tensors]))
}

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

/** The data of every slot of every weight, by its name in files. Throws before anything is written. */
export function checkSlots(
  trainable: readonly Variable[],
  slots: readonly string[],
  tensors: ReadonlyMap<string, FileTensor>,
): Map<string, Float32Array> {
  const entries = slots.flatMap((slot) =>
    trainable.map((variable) => {
      const name = nameOf(variable, slot)
      const tensor = tensors.get(name)
      if (!tensor) throw new DataError(`the optimizer's state '${name}' is missing`)
      return [name, checkedData(tensor, variable)] as const
    }),
  )
  return new Map(entries)
}

/** Replaces what the optimizer keeps; every slot must be there. */
export async function writeSlots(
  session: Session,
  slots: readonly string[],
  tensors: ReadonlyMap<string, FileTensor>,
): Promise<void> {
  const { trainable } = session.parts
  const data = checkSlots(trainable, slots, tensors)
  for (const slot of slots)
    for (const variable of trainable)
      await session.write(variable, data.get(nameOf(variable, slot)) as Float32Array, slot)
}

/** Puts the moving averages that the optimizer keeps in the weights' place. */
export async function takeAverages(session: Session): Promise<void> {
  for (const variable of session.parts.trainable)
    await session.write(variable, await session.read(variable, 'average'))
}

/** The first weight or slot that holds NaN or infinity, or null. */
export async function firstNonFinite(session: Session, slots: readonly string[]): Promise<string | null> {
  for (const slot of [undefined, ...slots]) {
    const found = nonFiniteOf(await readAll(session, slot))
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

async function readAll(session: Session, slot?: string): Promise<Map<string, FileTensor>> {
  const variables = slot ? session.parts.trainable : session.network.variables
  const entries = variables.map(async (variable) => {
    const data = await session.read(variable, slot)
    return [nameOf(variable, slot), { shape: variable.spec.shape, data }] as const
  })
  return new Map(await Promise.all(entries))
}

function nameOf({ path }: Variable, slot?: string): string {
  return slot ? `optimizer/${slot}/${path}` : path
}

function checkedData({ shape, data }: Tensor, { path, spec }: Variable): Float32Array {
  if (shape.length !== spec.shape.length || shape.some((dim, axis) => dim !== spec.shape[axis])) {
    throw new DataError(`weight '${path}' has the shape [${spec.shape}]; got [${shape}]`)
  }
  return data instanceof Float32Array ? data : Float32Array.from(data)
}
