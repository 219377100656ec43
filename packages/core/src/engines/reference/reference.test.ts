import { describe, expect, it } from 'vitest'
import { dense } from '../../ops/dense.ts'
import { guard } from '../../ops/guard.ts'
import { meanSquaredError } from '../../ops/losses/meanSquaredError.ts'
import { sgd } from '../../ops/optimizers/sgd.ts'
import { Builder } from '../../program/builder.ts'
import { differentiate } from '../../program/differentiate.ts'
import { COMPLETED } from '../engine.ts'
import { reference } from './reference.ts'

const BOUNDS = { batch: 4 }

/** One training step of y = x·kernel, x [B, 2], by hand-picked numbers. */
function regression() {
  const builder = new Builder('regression')
  const x = builder.input('x', { shape: ['batch', 2], dtype: 'float32' })
  const labels = builder.input('labels', { shape: ['batch', 1], dtype: 'float32' })
  const weights = builder.input('weights', { shape: ['batch', 1], dtype: 'float32' })
  const hyper = builder.input('hyper', { shape: [2], dtype: 'float32' })
  const kernel = builder.parameter('kernel', { shape: [2, 1], dtype: 'float32' })
  const { y } = builder.within('output', () => builder.emit(dense, { x, kernel }, {}))
  const { loss } = builder.within('loss', () =>
    builder.emit(meanSquaredError, { predictions: y, labels }, {}),
  )
  builder.emit(guard, { loss }, {})
  const gradient = differentiate(builder, new Map([[loss, weights]]), [kernel]).get(kernel)
  builder.emit(sgd, { parameter: kernel, gradient, hyper }, { nesterov: false })
  builder.output('y', y)
  builder.output('loss', loss)
  return builder.finish()
}

const DATA = Float32Array.of(1, 0, 0, 1, 2, 2)
const feeds = () => ({
  x: { data: DATA },
  labels: { data: Float32Array.of(1, 1, 1) },
  weights: { data: Float32Array.of(1, 1, 1) },
  hyper: { data: Float32Array.of(0.25, 0) },
})

describe('reference engine', () => {
  it('trains: forward, loss, gradient and update in order', async () => {
    const machine = await reference().open()
    const step = await machine.load(regression(), BOUNDS)
    await machine.write('kernel', Float32Array.of(1, 2))
    const fetches = { y: new Float32Array(2), loss: new Float64Array(2) }
    expect(step.run({ batch: 2 }, feeds(), fetches)).toBe(COMPLETED)
    expect([...fetches.y]).toEqual([1, 2])
    expect([...fetches.loss]).toEqual([0, 1])
    expect([...(await machine.read('kernel'))]).toEqual([1, 1.5])
  })

  it('takes the rows that a feed names, and keeps what is not fed', async () => {
    const machine = await reference().open()
    const step = await machine.load(regression(), BOUNDS)
    await machine.write('kernel', Float32Array.of(1, 2))
    const still = { ...feeds(), hyper: { data: Float32Array.of(0, 0) } }
    const y = new Float32Array(3)
    step.run({ batch: 3 }, { ...still, x: { data: DATA, rows: Int32Array.of(2, 0, 2) } }, { y })
    expect([...y]).toEqual([6, 1, 6])
    step.run({ batch: 2 }, {}, { y })
    expect([...y]).toEqual([6, 1, 6])
  })

  it('stops before the update where the loss is not finite, and says what was the first', async () => {
    const machine = await reference().open()
    const program = regression()
    const step = await machine.load(program, BOUNDS)
    await machine.write('kernel', Float32Array.of(1, 2))
    const bad = { ...feeds(), x: { data: Float32Array.of(1, 0, 0, Number.NaN) } }
    const halted = step.run({ batch: 2 }, bad, {})
    expect(program.instructions[Number(halted)].op).toBe('guard')
    expect([...(await machine.read('kernel'))]).toEqual([1, 2])
    expect(await step.firstNonFinite({ batch: 2 }, bad)).toBe('x')
    expect(await step.firstNonFinite({ batch: 2 }, feeds())).toBeNull()
    await machine.write('kernel', Float32Array.of(1, Number.POSITIVE_INFINITY))
    expect(await step.firstNonFinite({ batch: 2 }, feeds())).toBe('kernel')
    await machine.write('kernel', Float64Array.of(1, 1e300))
    expect(await step.firstNonFinite({ batch: 2 }, feeds())).toBe('loss/meanSquaredError.loss')
  })

  it('shares persistent values among programs, keeps a copy and puts it back', async () => {
    const machine = await reference().open()
    const step = await machine.load(regression(), BOUNDS)
    await machine.write('kernel', Float64Array.of(0.1, 0.2))
    await machine.snapshot('a', ['kernel'])
    const again = await machine.load(regression(), BOUNDS)
    step.run({ batch: 2 }, feeds(), {})
    const y = new Float64Array(1)
    again.run({ batch: 1 }, feeds(), { y })
    expect(y[0]).not.toBe(0.1)
    await machine.restore('a', ['kernel'])
    expect([...(await machine.read64('kernel'))]).toEqual([0.1, 0.2])
    expect([...(await machine.read('kernel'))]).toEqual([0.1, 0.2].map(Math.fround))
  })

  it('says what is wrong', async () => {
    const machine = await reference().open()
    const step = await machine.load(regression(), BOUNDS)
    expect(() => step.run({ batch: 5 }, feeds(), {})).toThrow("'batch' was planned for at most 4; got 5")
    expect(() => step.run({ batch: 4 }, feeds(), {})).toThrow("input 'x' needs 8 entries; got 6")
    const rows = { ...feeds(), x: { data: DATA, rows: Int32Array.of(3) } }
    expect(() => step.run({ batch: 1 }, rows, {})).toThrow("input 'x' has no row 3: 6 entries, 2 a row")
    expect(() => step.run({ batch: 2 }, feeds(), { z: new Float32Array(1) })).toThrow(
      "no output 'z'; it has y, loss",
    )
    expect(() => step.run({ batch: 2 }, feeds(), { y: new Float32Array(1) })).toThrow(
      "output 'y' has 2 entries; the array for it holds 1",
    )
    await expect(machine.write('kernel', new Float32Array(3))).rejects.toThrow(
      "'kernel' has 2 entries; got 3",
    )
    await expect(machine.read('bias')).rejects.toThrow(
      "no loaded program has a persistent value 'bias'; there are kernel",
    )
    await expect(machine.restore('a', [])).rejects.toThrow('call snapshot() first')
  })

  it('explains itself', async () => {
    const executable = await (await reference().open()).load(regression(), BOUNDS)
    const explanation = await executable.explain()
    expect(explanation.instructions.map(({ op }) => op)).toEqual([
      'dense',
      'meanSquaredError',
      'guard',
      'meanSquaredErrorGradient',
      'weightGradient',
      'sgd',
    ])
    expect(explanation.instructions[0]).toMatchObject({
      scope: 'output',
      kernel: 'float64 loops',
      flops: 2 * 4 * 2,
      bytes: 8 * (8 + 2 + 4),
    })
    expect(explanation.persistentBytes).toBe(16)
    expect(explanation.instructions[0].results).toMatchObject([
      { name: 'output/dense.y', shape: ['batch', 1] },
    ])
  })
})
