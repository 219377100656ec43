import { type Attributes, isProgram, type Program } from '../program/program.ts'
import { activation, activationGradient } from './activation.ts'
import { add } from './add.ts'
import { assign } from './assign.ts'
import { dense } from './dense.ts'
import { guard } from './guard.ts'
import { categoricalCrossEntropy, categoricalCrossEntropyGradient } from './losses/categoricalCrossEntropy.ts'
import { maskWeights } from './losses/maskWeights.ts'
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from './losses/softmaxCrossEntropy.ts'
import { lstm, lstmBackward } from './lstm.ts'
import { binaryAccuracy } from './metrics/binaryAccuracy.ts'
import { categoricalAccuracy } from './metrics/categoricalAccuracy.ts'
import { multiply } from './multiply.ts'
import { oneHot } from './oneHot.ts'
import type { Op } from './op.ts'
import { adam } from './optimizers/adam.ts'
import { softmax, softmaxGradient } from './softmax.ts'
import { transpose } from './transpose.ts'
import { weightGradient } from './weightGradient.ts'

/**
 * The operations that every page has anyway: those of the seed job, an LSTM classifier under Adam, and those whose
 * emission stands beside theirs. All others are in `more.ts`.
 */
export const BASE = [
  ...[add, multiply, assign, dense, transpose, weightGradient, lstm, lstmBackward],
  ...[activation, activationGradient, softmax, softmaxGradient],
  ...[categoricalCrossEntropy, categoricalCrossEntropyGradient],
  ...[softmaxCrossEntropy, softmaxCrossEntropyGradient, maskWeights],
  ...[categoricalAccuracy, binaryAccuracy, oneHot, guard, adam],
] as readonly unknown[] as readonly Op[]

/** By name, what is known by now: an operation that was emitted, or that an engine has brought. */
const known = new Map(BASE.map((op) => [op.name, op]))

/** Makes an operation known by its name. */
export function know(op: Op): void {
  known.set(op.name, op)
}

/** The operation of this name. An engine that gets a program from elsewhere makes those of `more.ts` known first. */
export function operation(name: string): Op {
  const op = known.get(name)
  if (!op) throw new Error(`unknown operation '${name}'; known are ${[...known.keys()].join(', ')}`)
  return op
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
