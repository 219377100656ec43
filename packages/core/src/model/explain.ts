import { type Check, checkOptions, positiveInteger } from '../config/options.ts'
import type { Explanation, InstructionExplanation } from '../engines/engine.ts'
import { OptionError } from '../errors.ts'
import { BATCH } from '../program/program.ts'
import type { Session } from '../training/session.ts'
import type { ExplainOptions } from './options.ts'
import { formatBytes } from './summary.ts'

/** What an engine makes of a program, in numbers and as text. */
export interface ModelExplanation extends Explanation {
  readonly program: 'training' | 'prediction'
  readonly batchSize: number
  readonly engine: string
  readonly notes: readonly string[]
  /** Floating-point operations of one run. */
  readonly flops: number
  readonly text: string
}

export function checkExplainOptions(options: ExplainOptions): void {
  const isProgram: Check = (value) =>
    value === 'training' || value === 'prediction' ? null : "'training' or 'prediction'"
  checkOptions(
    {
      where: 'model.explain',
      options: { program: isProgram, batchSize: positiveInteger, time: positiveInteger },
    },
    options,
  )
}

export async function explainProgram(
  session: Session,
  engine: string,
  { program, batchSize = 32, time }: ExplainOptions & { program: 'training' | 'prediction' },
): Promise<ModelExplanation> {
  const { network, machine } = session
  const { notes } = machine
  const open = network.inputs.flatMap((_, index) => network.extentOf(index) ?? [])
  if (open.length > 0 && positiveInteger(time))
    throw new OptionError(
      `model.explain: this model leaves the number of time steps open; give one, e.g. { time: 100 }`,
    )
  const times = Object.fromEntries(open.map((extent) => [extent, Number(time)]))
  const { executable } = await session.executable(program, { [BATCH]: batchSize, ...times })
  const explanation = await executable.explain()
  const flops = explanation.instructions.reduce((sum, instruction) => sum + instruction.flops, 0)
  const text = format(program, batchSize, engine, notes, explanation, flops)
  return { ...explanation, program, batchSize, engine, notes, flops, text }
}

function format(
  program: string,
  batchSize: number,
  engine: string,
  notes: readonly string[],
  { instructions, arenaBytes, persistentBytes }: Explanation,
  flops: number,
): string {
  const header = ['phase', 'instruction', 'of', 'kernel', 'MFLOP', 'moves', 'why']
  const row = ({ op, scope, phase, kernel, reason, flops, bytes }: InstructionExplanation) => {
    return [String(phase), op, scope, kernel, (flops / 1e6).toFixed(3), formatBytes(bytes), reason]
  }
  const rows = instructions.flatMap((instruction) => [
    row(instruction),
    ...(instruction.step ?? []).map((inner) =>
      row({ ...inner, op: `  ${inner.op}`, scope: instruction.scope, reason: 'at every step' }),
    ),
  ])
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  )
  const rightAligned = new Set([0, 4, 5])
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        rightAligned.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd()
  return [
    `One ${program === 'training' ? 'training step' : 'prediction'} on ${batchSize} samples, engine '${engine}'`,
    ...notes.map((note) => `  ${note}`),
    '',
    line(header),
    ...rows.map(line),
    '',
    `${instructions.length} instructions, ${(flops / 1e6).toFixed(2)} MFLOP; threads meet once between two phases`,
    `memory: ${formatBytes(arenaBytes)} for what lives within a run, ${formatBytes(persistentBytes)} for weights and optimizer`,
  ].join('\n')
}
