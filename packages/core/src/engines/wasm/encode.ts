import { operation } from '../../ops/index.ts'
import type { Plan } from '../../program/plan.ts'
import { hasRows, type Instruction, sizeOf } from '../../program/program.ts'
import { splitOf } from '../../program/schedule.ts'
import { encoderOf } from './encoders/index.ts'
import type { Operands } from './encoders/operands.ts'
import { ALONE, PANELS, ROWS } from './script.ts'
import { rowDims, type Sizes, stepDims } from './sizes.ts'

/** An instruction as kernels take it. */
export interface Encoded {
  readonly kernel: string
  readonly descriptor: readonly number[]
  readonly split: number
  /** How many parts it can be cut into, where not by rows. */
  readonly panels: number
  /** Is its time that of matrix products, which run in tiles? */
  readonly tiled: boolean
  /** What a loop runs before its first step, at every step, and after the last. */
  readonly loop?: readonly (readonly Encoded[])[]
}

/** @param addresses by value id */
export function encode(
  plan: Plan,
  instruction: Instruction,
  addresses: readonly number[],
  sizes: Sizes,
): Encoded {
  const encoder = encoderOf(instruction.op)
  if (!encoder)
    throw new Error(`the wasm engine has no kernel for '${instruction.op}' (of '${instruction.scope}') yet`)
  const operands = operandsOf(plan, instruction, addresses, sizes)
  const split = { rows: ROWS, panels: PANELS, alone: ALONE }[
    splitOf(plan.program, operation(instruction.op), instruction)
  ]
  return {
    kernel: encoder.kernel ?? instruction.op,
    descriptor: encoder.encode(operands, instruction.attributes),
    split,
    panels: split === PANELS ? panelsOf(plan, instruction) : 1,
    tiled: encoder.tiled === true,
  }
}

function operandsOf(
  plan: Plan,
  { op, inputs, outputs }: Instruction,
  addresses: readonly number[],
  sizes: Sizes,
): Operands {
  const { values } = plan.program
  const idOf = (name: string): number | undefined => inputs[name] ?? outputs[name]
  const known = (name: string): number => {
    const id = idOf(name)
    if (id === undefined) throw new Error(`operation '${op}' has no operand '${name}' here`)
    return id
  }
  const pointer = (name: string) => addresses[idOf(name) ?? -1] ?? 0
  const layout = (name: string) => {
    const found = plan.placements[known(name)]
    if (!found) throw new Error(`operand '${name}' of '${op}' has no place`)
    return found.layout
  }
  return {
    pointer,
    layout,
    matrix: (name) => (pointer(name) === 0 ? [0, 0] : [pointer(name), layout(name).panelStride]),
    sequence: (name) =>
      pointer(name) === 0 ? [0, 0, 0] : [pointer(name), layout(name).panelStride, layout(name).stepStride],
    type: (name) => {
      const id = idOf(name)
      return id === undefined ? undefined : values[id]
    },
    count: (dims) =>
      dims.some((dim) => typeof dim === 'string') ? [0, sizes.address(dims)] : [sizeOf(dims.map(Number)), 0],
    isRead: (name) => isRead(plan, known(name)),
    isBatch: (name) => hasRows(values[known(name)]),
    rows: (name) => sizes.address(rowDims(values[known(name)])),
    steps: (name) => sizes.address(stepDims(values[known(name)])),
  }
}

function isRead({ program }: Plan, id: number): boolean {
  const readers = [program.outputs, ...program.instructions.map(({ inputs }) => inputs)]
  return readers.some((reader) => Object.values(reader).includes(id))
}

/** Panels of the results; of the operands that are cut alike where there are none (an optimizer). */
function panelsOf({ placements }: Plan, { op, inputs, outputs }: Instruction): number {
  const own = operation(op).own?.map((name) => inputs[name]) ?? []
  for (const id of [...Object.values(outputs), ...own]) {
    const placement = id === undefined ? null : placements[id]
    if (placement) return placement.layout.panels
  }
  return 0
}
