import { operation } from '../ops/index.ts'
import type { Op } from '../ops/op.ts'
import { hasRows, type Instruction, type Program } from './program.ts'

/** An order of the instructions, and for each its phase: threads meet at a barrier between two phases only. */
export interface Schedule {
  readonly instructions: readonly Instruction[]
  readonly phases: readonly number[]
}

/**
 * Moves every instruction into the earliest phase it can be in. What transposes weights goes to the front, what sums
 * over rows waits for all rows once: a training step of a recurrent network takes two barriers.
 */
export function schedule(program: Program): Schedule {
  const instructions: Instruction[] = []
  const phases: number[] = []
  let waiting = program.instructions.map((instruction) => ({
    instruction,
    accesses: accessesOf(program, instruction),
  }))
  for (let phase = 0; waiting.length > 0; phase++) {
    const here: typeof waiting = []
    const postponed: typeof waiting = []
    for (const next of waiting) {
      const blocked = postponed.some((other) => depends(next.accesses, other.accesses, dependence))
      const unsafe = blocked || here.some((other) => depends(next.accesses, other.accesses, needsBarrier))
      ;(unsafe ? postponed : here).push(next)
    }
    for (const { instruction } of here) {
      instructions.push(instruction)
      phases.push(phase)
    }
    waiting = postponed
  }
  return { instructions, phases }
}

/** How an instruction's work is cut among threads: `elements` resolved by its first result, or what it updates. */
export function splitOf(program: Program, op: Op, instruction: Instruction): 'rows' | 'panels' | 'alone' {
  if (op.split !== 'elements') return op.split
  return hasRows(program.values[resultOf(instruction)]) ? 'rows' : 'panels'
}

function resultOf({ inputs, outputs }: Instruction): number {
  return [...Object.values(outputs), ...Object.values(inputs)][0]
}

/** How an instruction touches a value: its own part (the rows or panels of its thread), or the whole of it. */
interface Access {
  readonly split: string
  readonly whole: boolean
  readonly writes: boolean
}

/** What stands for the run going on: halting instructions write it, updates read it, so that they keep their order. */
const GOING_ON = -1

function accessesOf(program: Program, instruction: Instruction): Map<number, Access> {
  const op = operation(instruction.op)
  const split = splitOf(program, op, instruction)
  const accesses = new Map<number, Access>()
  for (const [name, id] of Object.entries(instruction.inputs)) {
    const own =
      split === 'rows'
        ? hasRows(program.values[id])
        : op.split === 'elements'
          ? sameColumns(program, id, resultOf(instruction))
          : !!op.own?.includes(name)
    const known = accesses.get(id)
    const writes = !!op.updates?.includes(name)
    accesses.set(id, { split, whole: !own || !!known?.whole, writes: writes || !!known?.writes })
  }
  for (const id of Object.values(instruction.outputs)) accesses.set(id, { split, whole: false, writes: true })
  if (op.halts || op.updates) accesses.set(GOING_ON, { split: 'alone', whole: false, writes: !!op.halts })
  return accesses
}

/** Does a thread that takes some panels of the result touch those of the operand alone? Not where one column serves all. */
function sameColumns({ values }: Program, operand: number, result: number): boolean {
  return values[operand].shape.at(-1) === values[result].shape.at(-1)
}

function depends(
  a: ReadonlyMap<number, Access>,
  b: ReadonlyMap<number, Access>,
  rule: (a: Access, b: Access) => boolean,
): boolean {
  for (const [id, access] of a) {
    const other = b.get(id)
    if (other && rule(access, other)) return true
  }
  return false
}

/** Their order matters. */
function dependence(a: Access, b: Access): boolean {
  return a.writes || b.writes
}

/** Their order matters among threads: at least one reaches beyond its own part, or they are cut differently. */
function needsBarrier(a: Access, b: Access): boolean {
  return dependence(a, b) && (a.whole || b.whole || a.split !== b.split)
}
