import { type Attributes, isProgram, type Program } from '../program/program.ts'
import { isKnown, know } from './index.ts'

/** Makes all operations of a program known: downloads those beyond the seed job's where it has one of them. */
export async function loadOperations(program: Program): Promise<void> {
  if ([...operationsOf(program)].every(isKnown)) return
  const { MORE } = await import('./more.ts')
  for (const op of MORE) know(op)
}

/** Names of the operations of a program, those of the programs within it included. */
export function operationsOf({ instructions }: Program, names = new Set<string>()): Set<string> {
  for (const { op, attributes } of instructions) {
    names.add(op)
    for (const attribute of Object.values<Attributes[string]>(attributes))
      if (isProgram(attribute)) operationsOf(attribute, names)
  }
  return names
}
