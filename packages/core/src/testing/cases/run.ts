import { COMPLETED, type Engine, type Executable, type Feed, type Machine } from '../../engines/engine.ts'
import { know, operation } from '../../ops/index.ts'
import { MORE } from '../../ops/more.ts'
import { Builder } from '../../program/builder.ts'
import { differentiate } from '../../program/differentiate.ts'
import { type Extents, type Program, resolveShape, sizeOf, type Value } from '../../program/program.ts'
import { type Case, numbersOf, uniform } from './case.ts'

// cases name operations that nobody has emitted yet
MORE.forEach(know)

/** Everything a case yields, by name: results, gradients, what was updated; `completed` is 0 where the run halted. */
export type Results = Readonly<Record<string, Float32Array>>

/** Computes a case on an engine: all results at once, each differentiable one alone, then the gradients likewise. */
export async function runCase(engine: Engine, testCase: Case): Promise<Results> {
  return runCaseOn(await engine.open(), testCase)
}

/** The same on a machine that may serve other cases too. */
export async function runCaseOn(machine: Machine, testCase: Case): Promise<Results> {
  const { differentiable } = testCase
  const alone = differentiable.length > 1 ? differentiable.map((output) => [output]) : []
  const programs = [
    ['', forwardProgram(testCase)],
    ...alone.map((outputs) => [` (${outputs} alone)`, forwardProgram(testCase, outputs)]),
    ...(differentiable.length > 0 ? [differentiable, ...alone] : []).map((outputs) => [
      ` (through ${outputs.join(', ')})`,
      gradientProgram(testCase, outputs),
    ]),
  ] as [string, Program][]
  const results: Record<string, Float32Array> = {}
  for (const [suffix, program] of programs) {
    const found = await runProgram(machine, testCase, program)
    for (const [name, values] of Object.entries(found)) results[name + suffix] = values
  }
  return results
}

/** The operation on its operands, with all its results as outputs, or some. */
export function forwardProgram(testCase: Case, outputs?: readonly string[]): Program {
  const builder = new Builder(`${testCase.name}, forward`)
  const { results } = emitCase(builder, testCase)
  for (const [name, value] of Object.entries(results)) {
    if (!outputs || outputs.includes(name)) builder.output(name, value)
  }
  return builder.finish()
}

/**
 * The operation and its gradients d⟨operand⟩ of the loss Σ seed ⊙ result over these results; the seeds are inputs
 * `seed of ⟨result⟩`.
 */
export function gradientProgram(testCase: Case, outputs: readonly string[]): Program {
  const builder = new Builder(`${testCase.name}, gradient through ${outputs.join(', ')}`)
  const { operands, results } = emitCase(builder, testCase)
  const seeds = new Map(outputs.map((name) => [results[name], builder.input(seedName(name), results[name])]))
  const wanted = wantedOperands(testCase)
  const gradients = differentiate(
    builder,
    seeds,
    wanted.map((name) => operands[name]),
  )
  for (const name of wanted) {
    const gradient = gradients.get(operands[name])
    if (gradient) builder.output(`d${name}`, gradient)
  }
  return builder.finish()
}

/** The operands that have a gradient. */
export function wantedOperands({ operands }: Case): string[] {
  return Object.keys(operands).filter(
    (name) => operands[name].dtype === 'float32' && !operands[name].constant,
  )
}

function emitCase(
  builder: Builder,
  testCase: Case,
): { operands: Record<string, Value>; results: Record<string, Value> } {
  const operands = Object.fromEntries(
    Object.entries(testCase.operands).map(([name, { shape, dtype, gates, rowGates, fed }]) => {
      const type = { shape, dtype, gates, rowGates }
      return [name, fed ? builder.input(name, type) : builder.parameter(persistentName(testCase, name), type)]
    }),
  )
  return {
    operands,
    results: builder.within('case', () =>
      builder.emit(operation(testCase.op), operands, testCase.attributes),
    ),
  }
}

async function runProgram(machine: Machine, testCase: Case, program: Program): Promise<Results> {
  const { counts, bounds, runs } = testCase
  const executable = await machine.load(program, bounds)
  await writePersistent(machine, testCase, 0)
  if (JSON.stringify(counts) !== JSON.stringify(bounds)) await runAtBounds(executable, testCase, program)
  const fetches = Object.fromEntries(
    Object.entries(program.outputs).map(([name, id]) => [
      name,
      new Float32Array(sizeOf(resolveShape(program.values[id].shape, counts))),
    ]),
  )
  let completed = true
  for (let run = 0; run < runs && completed; run++) {
    if (run > 0) await writePersistent(machine, testCase, run)
    completed = (await executable.run(counts, feedsOf(testCase, program, counts, run), fetches)) === COMPLETED
  }
  const updated: Record<string, Float32Array> = {}
  for (const name of updatedOperands(testCase))
    updated[name] = await machine.read(persistentName(testCase, name))
  return { completed: Float32Array.of(completed ? 1 : 0), ...(completed ? fetches : {}), ...updated }
}

/** Leaves other numbers everywhere, also where a run at the counts has no business. */
async function runAtBounds(executable: Executable, testCase: Case, program: Program): Promise<void> {
  const feeds = feedsOf(testCase, program, testCase.bounds, testCase.runs)
  for (const feed of Object.values(feeds)) {
    if (feed.data instanceof Float32Array) feed.data = feed.data.map((value) => value * testCase.stale)
  }
  await executable.run(testCase.bounds, feeds, {})
}

/** The inputs of a run; the seeds of a gradient program are drawn too. */
export function feedsOf(
  testCase: Case,
  program: Program,
  counts: Extents,
  run: number,
): Record<string, Feed> {
  const feeds: Record<string, Feed> = {}
  for (const [name, id] of Object.entries(program.inputs)) {
    const shape = resolveShape(program.values[id].shape, counts)
    const operand = testCase.operands[name] ?? { dtype: 'float32', values: uniform(-1, 1) }
    const data = numbersOf(operand, shape, `${testCase.name}/${name}`, run)
    feeds[name] = { data: operand.dtype === 'int32' ? data : Float32Array.from(data) }
  }
  return feeds
}

/** Writes the persistent operands; those that the operation updates only before the first run. */
async function writePersistent(machine: Machine, testCase: Case, run: number): Promise<void> {
  const updated = updatedOperands(testCase)
  for (const [name, operand] of Object.entries(testCase.operands)) {
    if (operand.fed || (run > 0 && updated.includes(name))) continue
    const shape = resolveShape(operand.shape, testCase.counts)
    await machine.write(
      persistentName(testCase, name),
      numbersOf(operand, shape, `${testCase.name}/${name}`, run),
    )
  }
}

function updatedOperands({ op, operands }: Case): string[] {
  return (operation(op).updates ?? []).filter((name) => name in operands)
}

export function persistentName(testCase: Case, operand: string): string {
  return `${testCase.name}/${operand}`
}

export function seedName(output: string): string {
  return `seed of ${output}`
}
