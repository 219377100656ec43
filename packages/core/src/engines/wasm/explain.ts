import { flopsOf } from '../../ops/flops.ts'
import { operation } from '../../ops/index.ts'
import type { Plan } from '../../program/plan.ts'
import { type Instruction, resolveShape, sizeOf } from '../../program/program.ts'
import type { Explanation, InstructionExplanation } from '../engine.ts'
import type { Binary } from './binaries.ts'
import type { Encoded } from './encode.ts'
import type { Ground } from './ground.ts'
import { ALONE, ROWS } from './script.ts'

/** How a planned program is computed, at the sizes it was planned for. */
export function explain(
  plan: Plan,
  encoded: readonly Encoded[],
  { parts, tile, persistentBytes, kernelNames, baseKernels }: Ground,
): Explanation {
  return {
    arenaBytes: plan.arenaBytes,
    persistentBytes,
    instructions: plan.program.instructions.map((instruction, index): InstructionExplanation => {
      const { kernel, split, tiled } = encoded[index]
      const binary = kernelNames.indexOf(kernel) < baseKernels ? parts.binary : 'more'
      const tiles = tiled ? ` in tiles of ${tile.join(' × ')}` : ''
      return {
        op: instruction.op,
        scope: instruction.scope,
        phase: plan.phases[index],
        kernel: `${binary}/${kernel}${tiles}`,
        reason: `${REASONS[binary]}; ${splitting(split, parts.threads)}`,
        flops: flopsOf(
          instruction.op,
          shapesOf(plan, instruction.inputs),
          shapesOf(plan, instruction.outputs),
        ),
        bytes: bytesOf(plan, instruction),
        results: Object.values(instruction.outputs).map((id) => plan.program.values[id]),
      }
    }),
  }
}

const REASONS: Readonly<Record<Binary | 'more', string>> = {
  simd: 'runs everywhere',
  relaxed: 'multiply-add is one instruction',
  turbo: 'multiply-add is one instruction, V8 pairs them to 256 bits',
  more: 'loaded for this program; matrix products are the first binary’s',
}

function splitting(split: number, threads: number): string {
  if (split === ALONE) return 'thread 0 does it before the others go on'
  const parts = split === ROWS ? 'rows' : 'panels of 16 columns'
  return threads > 1 ? `${parts} are split among the threads` : `all ${parts} on one thread`
}

function shapesOf({ program, bounds }: Plan, ids: Readonly<Record<string, number>>) {
  return Object.fromEntries(
    Object.entries(ids).map(([name, id]) => [name, resolveShape(program.values[id].shape, bounds)]),
  )
}

/** Values that nobody needs have no place and cost nothing. */
function bytesOf({ program, bounds, placements }: Plan, { op, inputs, outputs }: Instruction): number {
  const shapeOnly = operation(op).shapeOnly?.map((name) => inputs[name]) ?? []
  const ids = new Set(
    [...Object.values(inputs), ...Object.values(outputs)].filter(
      (id) => placements[id] && !shapeOnly.includes(id),
    ),
  )
  return [...ids].reduce((sum, id) => sum + 4 * sizeOf(resolveShape(program.values[id].shape, bounds)), 0)
}
