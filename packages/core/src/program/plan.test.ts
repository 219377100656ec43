import { beforeAll, describe, expect, it } from 'vitest'
import { loadDemanded } from '../config/onDemand.ts'
import * as layers from '../layers/index.ts'
import { resolveLoss } from '../losses/resolve.ts'
import { resolveMetric } from '../metrics/resolve.ts'
import { Network, nameLayers } from '../network/network.ts'
import { operation } from '../ops/index.ts'
import { resolveOptimizer } from '../optimizers/index.ts'
import { objectivesOf } from '../training/objectives.ts'
import { predictionProgram, trainingProgram } from '../training/programs.ts'
import { type Placement, plan } from './plan.ts'
import type { Instruction, Program } from './program.ts'

/** Models whose training steps hold every kind of instruction. */
const models = {
  'the seed job': [
    layers.lstm({ units: 128, inputShape: [28, 28] }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ],
  'two layers with dropout': [
    layers.gru({ units: 20, inputShape: [null, 5], returnSequences: true, dropout: 0.1 }),
    layers.dropout({ rate: 0.5 }),
    layers.lstm({ units: 7 }),
    layers.dense({ units: 3, activation: 'softmax' }),
  ],
  'a GRU of the older form after an embedding': [
    layers.embedding({ inputDim: 50, outputDim: 6, inputShape: [9] }),
    layers.gru({ units: 17, resetAfter: false, returnSequences: true }),
    layers.flatten(),
    layers.dense({ units: 3, activation: 'softmax' }),
  ],
}

const bounds = { batch: 32, time: 12 }

beforeAll(loadDemanded)

function networkOf(name: keyof typeof models): Network {
  const chain = models[name]
  return Network.chain(chain, nameLayers(chain), chain[0].inputShape ?? [])
}

function trainingStep(name: keyof typeof models): Program {
  const network = networkOf(name)
  const objectives = objectivesOf(network, {
    loss: resolveLoss('categoricalCrossentropy', 'test'),
    lossWeights: null,
    metrics: [resolveMetric('accuracy', 'test')],
    weightedMetrics: [],
  })
  const trainable = network.trainableVariables
  return trainingProgram(network, { optimizer: resolveOptimizer('adam', 'test'), objectives, trainable })
}

const names = Object.keys(models) as (keyof typeof models)[]

describe('the schedule', () => {
  it('takes two barriers for a training step of the seed job', () => {
    const { phases } = plan(trainingStep('the seed job'), bounds)
    expect(Math.max(...phases)).toBe(2)
  })

  it.each(names)('keeps every dependence of %s in order', (name) => {
    const program = trainingStep(name)
    const { instructions } = plan(program, bounds).program
    expect(new Set(instructions)).toEqual(new Set(program.instructions))
    const place = new Map(instructions.map((instruction, index) => [instruction, index]))
    const at = (instruction: Instruction) => place.get(instruction) as number
    for (const [index, later] of program.instructions.entries()) {
      for (const earlier of program.instructions.slice(0, index)) {
        if (touchAlike(earlier, later)) expect(at(earlier)).toBeLessThan(at(later))
      }
    }
  })

  it.each(names)('lets no update of %s come before the guard', (name) => {
    const { instructions } = plan(trainingStep(name), bounds).program
    const guard = instructions.findIndex(({ op }) => operation(op).halts)
    const update = instructions.findIndex(({ op }) => operation(op).updates)
    expect(guard).toBeGreaterThanOrEqual(0)
    expect(update).toBeGreaterThan(guard)
  })
})

describe('the packing', () => {
  it.each(names)('gives no two values of %s the same bytes at the same time', (name) => {
    const { program, placements, phases, arenaBytes } = plan(trainingStep(name), bounds)
    const places = placements.flatMap((placement, id) =>
      placement?.region === 'arena' ? [{ id, placement, ...lifeOf(program, phases, id) }] : [],
    )
    for (const { placement } of places) expect(endOf(placement)).toBeLessThanOrEqual(arenaBytes)
    for (const [index, a] of places.entries()) {
      for (const b of places.slice(index + 1)) {
        const together = a.first <= b.last && b.first <= a.last
        if (!together || mayOverwrite(program, a.id, b.id)) continue
        const apart = endOf(a.placement) <= b.placement.offset || endOf(b.placement) <= a.placement.offset
        expect(apart, `${program.values[a.id].name} and ${program.values[b.id].name}`).toBe(true)
      }
    }
  })

  it('gives nothing to results that nobody reads', () => {
    const { program, placements } = plan(predictionProgram(networkOf('the seed job')), bounds)
    const lstm = program.instructions.find(({ op }) => op === 'lstm') as Instruction
    expect(placements[lstm.outputs.activatedC]).toBeNull()
    // two steps of h are the kernel's working memory
    expect(placements[lstm.outputs.h]?.layout.steps).toBe(2)
  })

  it('needs less memory for a prediction than for a training step', () => {
    const prediction = plan(predictionProgram(networkOf('the seed job')), bounds)
    const training = plan(trainingStep('the seed job'), bounds)
    expect(prediction.arenaBytes).toBeLessThan(training.arenaBytes / 4)
  })
})

describe('a program inside an instruction', () => {
  it('is planned with it, in a room of its own while the instruction runs', () => {
    const inner = predictionProgram(networkOf('the seed job'))
    const outer = trainingStep('the seed job')
    const [first, ...others] = outer.instructions
    const nested = {
      ...outer,
      instructions: [{ ...first, attributes: { ...first.attributes, body: inner } }, ...others],
    }
    const planned = plan(nested, bounds)
    const at = planned.program.instructions.findIndex(({ attributes }) => 'body' in attributes)
    const { plan: body, offset } = planned.inner[at].body
    expect(body.arenaBytes).toBe(plan(inner, bounds).arenaBytes)
    for (const [id, placement] of planned.placements.entries()) {
      const { first, last } = lifeOf(planned.program, planned.phases, id)
      const alive = first <= planned.phases[at] && planned.phases[at] <= last
      if (placement?.region !== 'arena' || !alive) continue
      const apart = endOf(placement) <= offset || offset + body.arenaBytes <= placement.offset
      expect(apart, planned.program.values[id].name).toBe(true)
    }
    expect(JSON.parse(JSON.stringify(nested))).toEqual(nested)
  })
})

function endOf({ offset, layout }: Placement): number {
  return offset + layout.bytes
}

/** Do both touch a value that at least one of them writes? */
function touchAlike(a: Instruction, b: Instruction): boolean {
  const written = ({ op, inputs, outputs }: Instruction) => [
    ...Object.values(outputs),
    ...(operation(op).updates ?? []).map((name) => inputs[name]),
  ]
  const touched = ({ inputs, outputs }: Instruction) => [...Object.values(inputs), ...Object.values(outputs)]
  return written(a).some((id) => touched(b).includes(id)) || written(b).some((id) => touched(a).includes(id))
}

/** First and last phase in which a value is touched; inputs live always, outputs to the end. */
function lifeOf(program: Program, phases: readonly number[], id: number): { first: number; last: number } {
  const touching = program.instructions.flatMap(({ inputs, outputs }, index) =>
    [...Object.values(inputs), ...Object.values(outputs)].includes(id) ? [phases[index]] : [],
  )
  const isInput = Object.values(program.inputs).includes(id)
  const isOutput = Object.values(program.outputs).includes(id)
  const end = Math.max(...phases)
  return {
    first: isInput ? 0 : Math.min(...touching),
    last: isInput || isOutput ? end : Math.max(...touching),
  }
}

/** Is there a chain of `inPlace` results from one value to the other? */
function mayOverwrite(program: Program, a: number, b: number): boolean {
  const hostOf = (id: number): number | undefined => {
    for (const { op, inputs, outputs } of program.instructions) {
      for (const [result, operand] of Object.entries<string | undefined>(operation(op).inPlace ?? {})) {
        if (outputs[result] === id && operand !== undefined) return inputs[operand]
      }
    }
    return undefined
  }
  const chain = (id: number | undefined): number[] => (id === undefined ? [] : [id, ...chain(hostOf(id))])
  return chain(a).includes(b) || chain(b).includes(a)
}
