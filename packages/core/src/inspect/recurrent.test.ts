import { describe, expect, it } from 'vitest'
import { reference } from '../engines/reference/reference.ts'
import { ACTIVATIONS } from '../ops/activations.ts'
import { operation } from '../ops/index.ts'
import type { KernelActivation } from '../ops/kernelActivations.ts'
import { Builder } from '../program/builder.ts'
import { differentiate } from '../program/differentiate.ts'
import { resolveShape, sizeOf, type Value } from '../program/program.ts'
import { numbersOf } from '../testing/cases/case.ts'
import { CASES } from '../testing/cases/index.ts'
import { feedsOf } from '../testing/cases/run.ts'
import { type Fetched, GATES, gradientsInside, watchRecurrent } from './recurrent.ts'

// Gradients of gates times slopes are those before the activation, which the backward operation computes: for all cases
// of the recurrent operations, masks and states and activations included.

const cases = CASES.filter(({ op }) => ['lstm', 'gru', 'rnn'].includes(op) && op !== 'rnn')

describe('gradients inside', () => {
  it.each(cases)('$name', async (testCase) => {
    const { counts, attributes } = testCase
    const builder = new Builder(testCase.name)
    const operands: Record<string, Value> = {}
    for (const [name, { shape, dtype, gates, fed }] of Object.entries(testCase.operands)) {
      const type = { shape, dtype, gates }
      operands[name] = fed ? builder.input(name, type) : builder.parameter(name, type)
    }
    const results = builder.emit(operation(testCase.op), operands, attributes)
    const seeds = new Map(
      testCase.differentiable.map((name) => [results[name], builder.input(`seed ${name}`, results[name])]),
    )
    differentiate(builder, seeds, [operands.kernel, operands.recurrentKernel])
    const backward = builder.instructions.find(({ op }) => op === `${testCase.op}Backward`)
    builder.output('dz', builder.values[backward?.outputs.dz ?? -1])
    const [watched] = watchRecurrent(builder)
    const program = builder.finish()
    const machine = await reference().open()
    const executable = await machine.load(program, counts)
    for (const [name, operand] of Object.entries(testCase.operands))
      if (!operand.fed)
        await machine.write(
          name,
          numbersOf(operand, resolveShape(operand.shape, counts), `${testCase.name}/${name}`),
        )
    const fetches = Object.fromEntries(
      Object.entries(program.outputs).map(([name, id]) => [
        name,
        new Float64Array(sizeOf(resolveShape(program.values[id].shape, counts))),
      ]),
    )
    executable.run(counts, feedsOf(testCase, program, counts, 0), fetches)
    const fetched: Fetched = Object.fromEntries(
      Object.entries(watched.outputs).map(([name, output]) => [
        name,
        { shape: resolveShape(program.values[program.outputs[output]].shape, counts), data: fetches[output] },
      ]),
    )
    const found = gradientsInside(watched.instruction, fetched)
    const names = GATES[testCase.op]
    const σ = ACTIVATIONS[attributes.recurrentActivation as KernelActivation].slope
    const φ = ACTIVATIONS[attributes.activation as KernelActivation].slope
    const H = Number(fetched.h?.shape[2])
    const scale = Math.max(...fetches.dz.map(Math.abs))
    expect(scale).toBeGreaterThan(0)
    for (const [i, dz] of fetches.dz.entries()) {
      const name = names[Math.floor(i / H) % names.length]
      const slope = name === 'cell' || name === 'candidate' ? φ : σ
      const expected = (found?.gates[i] ?? Number.NaN) * slope(fetched.gates?.data[i] ?? Number.NaN)
      expect(Math.abs(dz - expected)).toBeLessThan(1e-6 * scale)
    }
  })
})
