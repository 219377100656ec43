import { operation } from '../ops/index.ts'
import type { Program } from './program.ts'

/** The program without the instructions that nobody needs: no result is read, nothing is updated, no run halted. */
export function live(program: Program): Program {
  const needed = new Set(Object.values(program.outputs))
  const instructions = program.instructions.toReversed().filter(({ op, inputs, outputs }) => {
    const { updates, halts } = operation(op)
    if (!updates && !halts && !Object.values(outputs).some((id) => needed.has(id))) return false
    for (const id of Object.values(inputs)) needed.add(id)
    return true
  })
  return { ...program, instructions: instructions.reverse() }
}
