import { describe, expect, it } from 'vitest'
import { activation } from '../../ops/activation.ts'
import { dense } from '../../ops/dense.ts'
import { guard } from '../../ops/guard.ts'
import { meanSquaredError } from '../../ops/losses/meanSquaredError.ts'
import { sgd } from '../../ops/optimizers/sgd.ts'
import { Builder } from '../../program/builder.ts'
import { differentiate } from '../../program/differentiate.ts'
import type { Program } from '../../program/program.ts'
import { COMPLETED } from '../engine.ts'
import { wasm } from './index.ts'
import { machineOn } from './testing.ts'

const BOUNDS = { batch: 4 }

/** y = x·kernel + bias for rows of 3, trained by gradient descent. */
function regression(): Program {
  const builder = new Builder('regression')
  const x = builder.input('x', { shape: ['batch', 3], dtype: 'float32' })
  const labels = builder.input('labels', { shape: ['batch', 1], dtype: 'float32' })
  const weights = builder.input('weights', { shape: ['batch', 1], dtype: 'float32' })
  const hyper = builder.input('hyper', { shape: [2], dtype: 'float32' })
  const kernel = builder.parameter('kernel', { shape: [3, 1], dtype: 'float32' })
  const bias = builder.parameter('bias', { shape: [1], dtype: 'float32' })
  const { y } = builder.within('output', () => builder.emit(dense, { x, kernel, bias }, {}))
  const { loss } = builder.within('loss', () =>
    builder.emit(meanSquaredError, { predictions: y, labels }, {}),
  )
  builder.emit(guard, { loss }, {})
  builder.output('y', y)
  const gradients = differentiate(builder, new Map([[loss, weights]]), [kernel, bias])
  for (const [parameter, gradient] of gradients)
    builder.emit(sgd, { parameter, gradient, hyper }, { nesterov: false })
  return builder.finish()
}

const feeds = () => ({
  x: { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 0) },
  labels: { data: Float32Array.of(1, 0, 1, 0) },
  weights: { data: Float32Array.of(0.25, 0.25, 0.25, 0.25) },
  hyper: { data: Float32Array.of(0.01, 0) },
})

/** y = φ(x), of a size to order. */
function applied(columns: number): Program {
  const builder = new Builder(`relu of ${columns}`)
  const x = builder.input('x', { shape: ['batch', columns], dtype: 'float32' })
  builder.output('y', builder.emit(activation, { x }, { kind: 'relu' }).y)
  return builder.finish()
}

describe('persistent values', () => {
  it('start at zero, are read and written in logical order, and shared among programs', async () => {
    const machine = await machineOn('simd')
    const executable = await machine.load(regression(), BOUNDS)
    expect(await machine.read('kernel')).toEqual(new Float32Array(3))
    await machine.write('kernel', Float64Array.of(1, 2, 3))
    await machine.load(regression(), { batch: 9 })
    expect(await machine.read('kernel')).toEqual(Float32Array.of(1, 2, 3))
    const y = new Float32Array(4)
    expect(executable.run(BOUNDS, feeds(), { y })).toBe(COMPLETED)
    expect(y).toEqual(Float32Array.of(14, 32, 50, 2))
    expect(await machine.read('kernel')).not.toEqual(Float32Array.of(1, 2, 3))
  })

  it('are kept and put back', async () => {
    const machine = await machineOn('simd')
    await expect(machine.restore('a', [])).rejects.toThrow('call snapshot() first')
    const executable = await machine.load(regression(), BOUNDS)
    await machine.write('kernel', Float32Array.of(1, 2, 3))
    await machine.snapshot('a', ['kernel'])
    executable.run(BOUNDS, feeds(), {})
    const bias = await machine.read('bias')
    await machine.snapshot('b', ['kernel', 'bias'])
    await machine.restore('a', ['kernel'])
    expect(await machine.read('kernel')).toEqual(Float32Array.of(1, 2, 3))
    // nobody else's
    expect(await machine.read('bias')).toEqual(bias)
    expect(bias).not.toEqual(Float32Array.of(0))
    // what came after the copy
    await machine.restore('a', ['bias'])
    expect(await machine.read('bias')).toEqual(Float32Array.of(0))
    await machine.restore('b', ['kernel', 'bias'])
    expect(await machine.read('kernel')).not.toEqual(Float32Array.of(1, 2, 3))
    expect(await machine.read('bias')).toEqual(bias)
  })

  it('are told apart', async () => {
    const machine = await machineOn('simd')
    await machine.load(regression(), BOUNDS)
    await expect(machine.read('kernels')).rejects.toThrow(
      "no loaded program has a parameter or state 'kernels'; there are kernel, bias",
    )
    await expect(machine.write('kernel', Float32Array.of(1))).rejects.toThrow(
      "'kernel' is float32[3, 1], 3 numbers; got 1",
    )
    const other = new Builder('other')
    const kernel = other.parameter('kernel', { shape: [3, 2], dtype: 'float32' })
    const x = other.input('x', { shape: ['batch', 3], dtype: 'float32' })
    other.output('y', other.emit(dense, { x, kernel }, {}).y)
    await expect(machine.load(other.finish(), BOUNDS)).rejects.toThrow(
      "'kernel' is float32[3, 1] in this machine's other programs and float32[3, 2] here",
    )
  })
})

describe('a run', () => {
  it('takes short batches, chosen rows, and inputs that were fed before', async () => {
    const machine = await machineOn('simd')
    const executable = await machine.load(regression(), BOUNDS)
    await machine.write('kernel', Float32Array.of(1, 10, 100))
    const y = new Float32Array(2)
    const { x, ...others } = feeds()
    executable.run(
      { batch: 2 },
      { ...others, hyper: { data: new Float32Array(2) }, x: { ...x, rows: Int32Array.of(3, 0) } },
      { y },
    )
    expect(y).toEqual(Float32Array.of(10, 321))
    executable.run({ batch: 2 }, {}, { y: y.fill(0) })
    expect(y).toEqual(Float32Array.of(10, 321))
  })

  it('keeps what was fed when the arena grows for another program, not when that one has run', async () => {
    const machine = await machineOn('simd')
    const small = await machine.load(applied(3), BOUNDS)
    const y = new Float32Array(3)
    small.run({ batch: 1 }, { x: { data: Float32Array.of(1, -2, 3) } }, {})
    const large = await machine.load(applied(100_000), BOUNDS)
    small.run({ batch: 1 }, {}, { y })
    expect(y).toEqual(Float32Array.of(1, 0, 3))
    const numbers = new Float32Array(400_000).fill(7)
    const results = new Float32Array(400_000)
    large.run(BOUNDS, { x: { data: numbers } }, { y: results })
    expect(results).toEqual(numbers)
    expect(() => small.run({ batch: 1 }, {}, { y })).toThrow(
      'another program may have run since: feed all inputs; missing: x',
    )
  })

  it('says what is wrong with what it is given', async () => {
    const executable = await (await machineOn('simd')).load(applied(3), BOUNDS)
    const x = { data: new Float32Array(12) }
    expect(() => executable.run({ batch: 5 }, { x }, {})).toThrow(
      "the count of 'batch' must be a whole number from 1 to 4, as loaded; got 5",
    )
    expect(() => executable.run({}, { x }, {})).toThrow('got undefined')
    expect(() => executable.run({ batch: 4 }, { z: x }, {})).toThrow("no input 'z'; there are x")
    expect(() => executable.run({ batch: 4 }, { x }, { z: x.data })).toThrow("no output 'z'; there are y")
    expect(() => executable.run({ batch: 4 }, { x: { data: new Float32Array(11) } }, {})).toThrow(
      'needs 4 rows of 3 numbers; got 3.6',
    )
    expect(() => executable.run({ batch: 4 }, { x }, { y: new Float32Array(11) })).toThrow(
      'needs room for 12 numbers; got 11',
    )
    expect(() => executable.run({ batch: 2 }, { x: { ...x, rows: Int32Array.of(0, 4) } }, {})).toThrow(
      'has 4 rows; got a row number 4',
    )
    expect(() => executable.run({ batch: 2 }, { x: { ...x, rows: Int32Array.of(0) } }, {})).toThrow(
      'needs 2 rows of 3 numbers; got 1',
    )
  })

  it('halts before anything is updated, and names the first value that is not finite', async () => {
    const machine = await machineOn('simd', 2)
    const executable = await machine.load(regression(), BOUNDS)
    const broken = { ...feeds(), labels: { data: Float32Array.of(1, 0, Number.POSITIVE_INFINITY, 0) } }
    expect(executable.run(BOUNDS, broken, {})).toBeGreaterThanOrEqual(0)
    expect(await machine.read('kernel')).toEqual(new Float32Array(3))
    expect(await executable.firstNonFinite(BOUNDS, broken)).toBe('labels')
    await machine.write('bias', Float32Array.of(3e38))
    const large = { ...feeds(), labels: { data: Float32Array.of(0, -3e38, 0, 0) } }
    expect(executable.run(BOUNDS, large, {})).toBeGreaterThanOrEqual(0)
    expect(await executable.firstNonFinite(BOUNDS, large)).toBe('loss/meanSquaredError.loss')
    expect(await machine.read('bias')).toEqual(Float32Array.of(3e38))
    await machine.write('bias', Float32Array.of(0))
    expect(executable.run(BOUNDS, feeds(), {})).toBe(COMPLETED)
    expect(await executable.firstNonFinite(BOUNDS, feeds())).toBe(null)
  })

  it('is explained', async () => {
    const executable = await (await machineOn('simd', 2)).load(regression(), BOUNDS)
    const { instructions, arenaBytes, persistentBytes } = await executable.explain()
    expect(arenaBytes).toBeGreaterThan(0)
    expect(persistentBytes).toBeGreaterThan(0)
    expect(instructions.map(({ op }) => op)).toContain('sgd')
    expect(instructions.find(({ op }) => op === 'dense')).toMatchObject({
      scope: 'output',
      kernel: expect.stringMatching(/^simd\/dense/),
      reason: expect.stringContaining('rows'),
      flops: 2 * 4 * 3,
      bytes: 4 * (4 * 3 + 3 + 1 + 4),
    })
  })
})

describe('memory', () => {
  it('grows while programs are loaded', async () => {
    const machine = await machineOn('simd', 2)
    const sizes = [1, 1000, 100_000, 1_000_000]
    const executables = await Promise.all(sizes.map((size) => machine.load(applied(size), { batch: 16 })))
    for (const [i, size] of sizes.entries()) {
      const numbers = Float32Array.from({ length: 16 * size }, (_, n) => n % 1000)
      const y = new Float32Array(16 * size)
      executables[i].run({ batch: 16 }, { x: { data: numbers } }, { y })
      expect(y.every((entry, n) => entry === numbers[n])).toBe(true)
    }
  })

  it('says when there is not enough, and goes on with less', async () => {
    const machine = await machineOn('simd', 1, 4 * 2 ** 20)
    // at once: no table of so many rows is made before
    await expect(machine.load(applied(3), { batch: 1e9 })).rejects.toThrow(
      /need 122071 MiB, and 4 MiB can be had/,
    )
    await expect(machine.load(applied(1_000_000), { batch: 16 })).rejects.toThrow(
      /out of memory: .* need \d+ MiB, and 4 MiB can be had.*smaller batch/,
    )
    const executable = await machine.load(applied(10), { batch: 16 })
    expect(executable.run({ batch: 1 }, { x: { data: new Float32Array(10) } }, {})).toBe(COMPLETED)
  })
})

it('refuses options that make no sense', () => {
  expect(() => wasm({ threads: 0 })).toThrow(
    "wasm: option 'threads' must be a whole number from 1 to 64; got 0",
  )
  expect(() => wasm({ threads: 65 })).toThrow('got 65')
  const misspelt: object = { thread: 2 }
  expect(() => wasm(misspelt)).toThrow("there is no option 'thread'. Did you mean 'threads'?")
})
