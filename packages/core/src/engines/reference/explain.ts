import { flopsOf, flopsOfScan } from '../../ops/flops.ts'
import {
  type Extents,
  type Instruction,
  isProgram,
  type Program,
  resolveShape,
  sizeOf,
  type Value,
} from '../../program/program.ts'
import type { Explanation, InstructionExplanation } from '../engine.ts'

const BYTES = Float64Array.BYTES_PER_ELEMENT

/** What the reference engine does with each instruction, at these sizes: always the same. */
export function explain(program: Program, bounds: Extents): Explanation {
  const { values } = program
  const persistent = values.filter(({ role }) => role === 'parameter' || role === 'state')
  const others = values.filter(({ role }) => role === 'input' || role === 'intermediate')
  return {
    arenaBytes: bytesOf(others, bounds),
    persistentBytes: bytesOf(persistent, bounds),
    instructions: explainInstructions(program, bounds),
  }
}

function explainInstructions({ values, instructions }: Program, bounds: Extents): InstructionExplanation[] {
  return instructions.map((instruction, phase) => explainInstruction(instruction, phase, values, bounds))
}

function explainInstruction(
  { op, scope, inputs, outputs, attributes }: Instruction,
  phase: number,
  values: readonly Value[],
  bounds: Extents,
): InstructionExplanation {
  const shapes = (ids: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(ids).map(([key, id]) => [key, resolveShape(values[id].shape, bounds)]))
  const results = Object.values(outputs).map((id) => values[id])
  const touched = [...new Set([...Object.values(inputs), ...Object.values(outputs)])].map((id) => values[id])
  const step = Object.values(attributes).filter(isProgram)[0]
  const inner = step && explainInstructions(step, bounds)
  return {
    op,
    scope,
    phase,
    kernel: 'float64 loops',
    reason: 'the reference engine computes everything so',
    flops: inner ? flopsOfScan(inner, shapes(inputs)) : flopsOf(op, shapes(inputs), shapes(outputs)),
    bytes: bytesOf(touched, bounds),
    results,
    ...(inner ? { step: inner } : {}),
  }
}

function bytesOf(values: readonly Value[], bounds: Extents): number {
  return values.reduce((sum, { shape }) => sum + sizeOf(resolveShape(shape, bounds)) * BYTES, 0)
}
