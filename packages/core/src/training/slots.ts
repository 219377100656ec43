import { DataError } from '../errors.ts'
import type { FileTensor } from '../file/safetensors.ts'
import type { Variable } from '../network/network.ts'
import type { Session } from './session.ts'
import { checkedData, nameOf } from './weights.ts'

// What an optimizer keeps, out of files.

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
