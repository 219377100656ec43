import { flopsOf, flopsOfScan } from '../../ops/flops.ts'
import { operation } from '../../ops/index.ts'
import type { Plan } from '../../program/plan.ts'
import { type Instruction, resolveShape, sizeOf } from '../../program/program.ts'
import type { Explanation, InstructionExplanation } from '../engine.ts'
import type { Binary } from './binaries.ts'
import type { Encoded } from './encode.ts'
import type { Ground } from './ground.ts'
import { ALONE, ROWS } from './script.ts'

/** How a planned program is computed, at the sizes it was planned for. */
export function explain(plan: Plan, encoded: readonly Encoded[], ground: Ground): Explanation {
  return {
    arenaBytes: plan.arenaBytes,
    persistentBytes: ground.persistentBytes,
    instructions: explainInstructions(plan, encoded, ground),
  }
}

function explainInstructions(
  plan: Plan,
  encoded: readonly Encoded[],
  ground: Ground,
): InstructionExplanation[] {
  const { parts, tile, kernelNames, baseKernels } = ground
  return plan.program.instructions.map((instruction, index): InstructionExplanation => {
    const { op, scope, inputs, outputs, attributes } = instruction
    const { kernel, split, tiled, loop } = encoded[index]
    const binary = kernelNames.indexOf(kernel) < baseKernels ? parts.binary : 'more'
    const tiles = tiled ? ` in tiles of ${tile.join(' × ')}` : ''
    const shapes = shapesOf(plan, inputs)
    const step = loop && explainInstructions(plan.inner[index].step.plan, loop[1].filter(isNoMove), ground)
    const why = typeof attributes.why === 'string' ? `${attributes.why}; ` : ''
    return {
      op,
      scope,
      phase: plan.phases[index],
      kernel: step ? `a loop over ${step.length} instructions` : `${binary}/${kernel}${tiles}`,
      reason: `${why}${REASONS[binary]}; ${splitting(split, parts.threads)}`,
      flops: step ? flopsOfScan(step, shapes) : flopsOf(op, shapes, shapesOf(plan, outputs)),
      bytes: bytesOf(plan, instruction),
      results: Object.values(outputs).map((id) => plan.program.values[id]),
      ...(step ? { step } : {}),
    }
  })
}

/** Around a step's instructions, its operands and results are moved. */
function isNoMove({ kernel }: Encoded): boolean {
  return kernel !== 'move'
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
