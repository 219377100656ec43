import { expect, it } from 'vitest'
import * as layers from '../../layers/index.ts'
import { readCompileOptions } from '../../model/options.ts'
import { Network, nameLayers } from '../../network/network.ts'
import { BASE, operationsOf } from '../../ops/index.ts'
import { objectivesOf } from '../../training/objectives.ts'
import { evaluationProgram, predictionProgram, trainingProgram } from '../../training/programs.ts'
import { compile } from './binaries.ts'
import { CONSTANTS_END, instantiate } from './instance.ts'
import { Memory } from './memory.ts'
import { machineOn } from './testing.ts'

/** The seed job's programs, with another cell where that is asked for. */
function programs(cell = layers.lstm({ units: 128 })) {
  const made = [cell, layers.dense({ units: 10, activation: 'softmax' })]
  const network = Network.chain(made, nameLayers(made), [28, 28])
  const compiled = readCompileOptions({
    optimizer: 'adam',
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
  })
  const objectives = objectivesOf(network, compiled)
  const parts = { optimizer: compiled.optimizer, objectives, trainable: network.trainableVariables }
  return [predictionProgram(network), evaluationProgram(network, parts), trainingProgram(network, parts)]
}

it('the seed job runs on what is always there', async () => {
  const machine = await machineOn('simd')
  for (const program of programs()) {
    const missing = [...operationsOf(program)].filter((name) => !BASE.some((op) => op.name === name))
    expect(missing, program.name).toEqual([])
    await machine.load(program, { batch: 32 })
  }
  expect(machine.kernels.length).toBe(machine.baseKernels)
})

it('a second binary comes with the first program that needs it, and once', async () => {
  const machine = await machineOn('simd')
  const [prediction, evaluation] = programs(layers.gru({ units: 128 }))
  const [executable] = await Promise.all([
    machine.load(prediction, { batch: 32 }),
    machine.load(evaluation, { batch: 32 }),
  ])
  expect(machine.kernelNames.filter((name) => name === 'gru')).toEqual(['gru'])
  const { instructions } = await executable.explain()
  expect(instructions.map(({ kernel }) => kernel.split(' ')[0])).toEqual([
    'more/gru',
    'simd/dense',
    'simd/softmax',
  ])
})

it('the constants of the binaries lie apart', async () => {
  const { shared } = new Memory(2 ** 20)
  const more = WebAssembly.Module.exports((await compile('more')) as WebAssembly.Module)
  expect(more.length).toBeGreaterThan(0)
  for (const binary of ['simd', 'relaxed', 'turbo'] as const) {
    const bytes = new Int32Array(shared.buffer).fill(-1)
    const base = instantiate((await compile(binary)) as WebAssembly.Module, shared)
    const ofBase = bytes.slice(0, CONSTANTS_END / 4)
    const second = instantiate((await compile('more')) as WebAssembly.Module, shared, base.exports)
    const [end, secondEnd] = [base, second].map(({ exports }) => (exports.heapBase as () => number)())
    expect(end).toBeLessThan(secondEnd)
    expect(secondEnd).toBeLessThanOrEqual(CONSTANTS_END)
    expect(bytes.slice(0, end / 4), binary).toEqual(ofBase.slice(0, end / 4))
  }
})
