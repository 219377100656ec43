import { describe, expect, it } from 'vitest'
import { guard } from '../../ops/guard.ts'
import { Builder } from '../../program/builder.ts'
import { CASES, runCaseOn } from '../../testing/cases/index.ts'
import { forwardProgram } from '../../testing/cases/run.ts'
import { COMPLETED } from '../engine.ts'
import { spawn } from './platform/node/spawn.ts'
import { Host, openRemote } from './remote.ts'
import type { Settings } from './settings.ts'
import { machineOn } from './testing.ts'

const MODEL = 'a model'
const SETTINGS: Settings = { threads: 2, kernels: 'simd' }

describe('a machine in a thread of its own', () => {
  const remote = openRemote(SETTINGS)
  const local = machineOn('simd')

  it.each(CASES)('has the bits of one in this thread: $name', async (testCase) => {
    expect(await runCaseOn(await remote, testCase)).toEqual(await runCaseOn(await local, testCase))
  })

  it('describes itself', async () => {
    const [a, b] = [await remote, await local]
    expect(a.arithmetic).toBe('unfused')
    expect(a.notes).toContain('kernels: simd (asked for)')
    const program = forwardProgram(CASES[0])
    const explanations = await Promise.all(
      [a, b].map(async (machine) => (await machine.load(program, { batch: 3 })).explain()),
    )
    expect(explanations[0].instructions).toEqual(
      explanations[1].instructions.map((it) => ({ ...it, reason: expect.anything() })),
    )
  })

  it('keeps a copy, puts it back, and passes errors on', async () => {
    const machine = await openRemote(SETTINGS)
    await expect(machine.restore(MODEL, [])).rejects.toThrow('call snapshot() first')
    await expect(machine.read('x')).rejects.toThrow("no loaded program has a parameter or state 'x'")
    const testCase = CASES.find(({ op }) => op === 'sgd') ?? CASES[0]
    await runCaseOn(machine, testCase)
    const name = `${testCase.name}/parameter`
    const before = await machine.read(name)
    await machine.snapshot(MODEL, [name])
    await machine.write(
      name,
      before.map((x) => x + 1),
    )
    expect(await machine.read(name)).not.toEqual(before)
    await machine.restore(MODEL, [name])
    expect(await machine.read(name)).toEqual(before)
    await machine.release([name])
    await expect(machine.read(name)).rejects.toThrow(`no loaded program has a parameter or state '${name}'`)
  })
})

it('a run that halted leaves what was fetched before as it was', async () => {
  const builder = new Builder('guarded')
  const loss = builder.input('loss', { shape: ['batch', 1], dtype: 'float32' })
  builder.emit(guard, { loss }, {})
  builder.output('loss', loss)
  const executable = await (await openRemote(SETTINGS)).load(builder.finish(), { batch: 2 })
  const fetched = new Float32Array(2)
  const run = (...losses: number[]) =>
    executable.run({ batch: 2 }, { loss: { data: Float32Array.from(losses) } }, { loss: fetched })
  expect(await run(1, 2)).toBe(COMPLETED)
  expect(await run(3, Number.NaN)).toBe(0)
  expect(fetched).toEqual(Float32Array.of(1, 2))
})

it('rejects when the thread ends, and opens in another the next time', async () => {
  const thread = spawn()
  const host = new Host(thread)
  const machine = await openRemote(SETTINGS, host)
  const waiting = machine.read('nothing yet')
  thread.end()
  await expect(waiting).rejects.toThrow(/has ended|no loaded program/)
  await expect(machine.snapshot(MODEL, [])).rejects.toThrow(
    'the thread that computes has ended (it ended), and its models with it',
  )
  await expect(openRemote(SETTINGS)).resolves.toBeDefined()
})
