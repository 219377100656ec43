import { lstm } from '../../ops/lstm.ts'
import { Builder } from '../../program/builder.ts'
import { differentiate } from '../../program/differentiate.ts'
import { type Program, resolveShape, sizeOf } from '../../program/program.ts'
import type { Executable, Feed } from '../engine.ts'
import type { Binary } from './binaries.ts'
import { LocalMachine } from './machine.ts'
import { pool } from './pool.ts'

/** Sizes that leave ragged tiles on every side, and take a fraction of a millisecond. */
const BATCH = 29
const T = 2
const I = 21
const H = 70

/** Runs before the clock: V8 has compiled the kernels for good by then. */
const WARM_UP = 60
const ROUNDS = 60

/** Two binaries on the same work, forward and backward through an LSTM: do their bits agree, and how long does each take? */
export async function compare(
  a: readonly [Binary, WebAssembly.Module],
  b: readonly [Binary, WebAssembly.Module],
): Promise<{ equal: boolean; milliseconds: readonly [number, number] }> {
  const program = trainingStep()
  const feeds = feedsOf(program)
  const load = ([binary, module]: readonly [Binary, WebAssembly.Module]) =>
    new LocalMachine({ binary, module, arithmetic: 'unfused', notes: [], pool, threads: 1 }).load(program, {
      batch: BATCH,
    })
  const executables = [await load(a), await load(b)] as const
  for (const executable of executables) for (let i = 0; i < WARM_UP; i++) await timed(executable, feeds)
  const milliseconds: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, executable] of executables.entries())
      milliseconds[i] = Math.min(milliseconds[i], await timed(executable, feeds))
  }
  const [first, second] = [
    await resultsOf(executables[0], program, feeds),
    await resultsOf(executables[1], program, feeds),
  ]
  return { equal: first.every((word, i) => word === second[i]), milliseconds }
}

async function timed(executable: Executable, feeds: Readonly<Record<string, Feed>>): Promise<number> {
  const start = performance.now()
  await executable.run({ batch: BATCH }, feeds, {})
  return performance.now() - start
}

/** The words of all results. */
async function resultsOf(
  executable: Executable,
  { outputs, values }: Program,
  feeds: Readonly<Record<string, Feed>>,
): Promise<number[]> {
  const fetches = Object.fromEntries(
    Object.entries(outputs).map(([name, id]) => [
      name,
      new Float32Array(sizeOf(resolveShape(values[id].shape, { batch: BATCH }))),
    ]),
  )
  await executable.run({ batch: BATCH }, feeds, fetches)
  return Object.values(fetches).flatMap((result) => [...new Int32Array(result.buffer)])
}

function trainingStep(): Program {
  const builder = new Builder('do two binaries agree?')
  const input = (name: string, shape: readonly (string | number)[], gates = 1) =>
    builder.input(name, { shape, dtype: 'float32', gates })
  const x = input('x', ['batch', T, I])
  const weights = {
    kernel: input('kernel', [I, 4 * H], 4),
    recurrentKernel: input('recurrentKernel', [H, 4 * H], 4),
    bias: input('bias', [4 * H], 4),
  }
  const { hLast } = builder.emit(
    lstm,
    { x, ...weights },
    { activation: 'tanh', recurrentActivation: 'sigmoid', reverse: false },
  )
  const gradients = differentiate(builder, new Map([[hLast, hLast]]), Object.values(weights))
  builder.output('hLast', hLast)
  for (const [{ name }, gradient] of gradients) builder.output(name, gradient)
  return builder.finish()
}

/** Numbers of both signs, without a pattern that would hide a mistake. */
function feedsOf({ inputs, values }: Program): Record<string, Feed> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, id]) => {
      const size = sizeOf(resolveShape(values[id].shape, { batch: BATCH }))
      return [
        name,
        { data: Float32Array.from({ length: size }, (_, i) => (((i + id) * 0.618034) % 1) - 0.5) },
      ]
    }),
  )
}
