import { type Attributes, isProgram, type Program } from '../program/program.ts'
import { add } from './add.ts'
import { dense } from './dense.ts'
import { guard } from './guard.ts'
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from './losses/softmaxCrossEntropy.ts'
import { lstm, lstmBackward } from './lstm.ts'
import { categoricalAccuracy } from './metrics/categoricalAccuracy.ts'
import type { Op } from './op.ts'
import { adam } from './optimizers/adam.ts'
import { softmax, softmaxGradient } from './softmax.ts'
import { transpose } from './transpose.ts'
import { weightGradient } from './weightGradient.ts'

/** The operations of the seed job, an LSTM classifier under Adam. All others are in `more.ts`. */
export const BASE = [
  ...[add, dense, transpose, weightGradient, lstm, lstmBackward],
  ...[softmax, softmaxGradient, softmaxCrossEntropy, softmaxCrossEntropyGradient, categoricalAccuracy],
  ...[guard, adam],
] as readonly unknown[] as readonly Op[]

/** By name, what is known by now: an operation that was emitted, and what `loadOperations` has brought. */
const known = new Map(BASE.map((op) => [op.name, op]))

/** Makes an operation known by its name. */
export function know(op: Op): void {
  known.set(op.name, op)
}

/** The operation of this name. Engines that get a program from elsewhere await `loadOperations` first. */
export function operation(name: string): Op {
  const op = known.get(name)
  if (!op) throw new Error(`unknown operation '${name}'; known are ${[...known.keys()].join(', ')}`)
  return op
}

/** Makes all operations of a program known: downloads those beyond the seed job's where it has one of them. */
export async function loadOperations(program: Program): Promise<void> {
  if ([...operationsOf(program)].every((name) => known.has(name))) return
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
