import { boolean } from '../../config/options.ts'
import type { Value } from '../../program/program.ts'
import { activationConfig } from '../activationOption.ts'
import { BEYOND_KERAS, type BeyondKeras, beyondWeights, type ReadBeyond, readBeyondKeras } from './beyond.ts'
import type { Cell, CellStep } from './cell.ts'
import { fusedBy } from './fusedBy.ts'
import { lstmKernel } from './lstmKernel.ts'
import {
  cellConfig,
  cellWeights,
  featuresOf,
  type GatedCellOptions,
  type ReadCell,
  readCell,
} from './options.ts'
import { OTHER_MASKS, productsOf } from './products.ts'

export interface LstmCellOptions extends GatedCellOptions, BeyondKeras {
  /** Starts the forget gate's bias at one, so that a fresh cell remembers (Jozefowicz et al. 2015). Default true. */
  unitForgetBias?: boolean
}

/** What is added to a variance, as in the paper's own code. */
const EPSILON = 1e-5

/**
 * One step of a long short-term memory: Hochreiter & Schmidhuber 1997, with the forget gate of Gers, Schmidhuber &
 * Cummins 2000; gates in the order i f c o. Keras: `LSTMCell`.
 */
export function lstmCell(options: LstmCellOptions): Cell {
  return makeLstmCell('layers.lstmCell', options)
}

export function makeLstmCell(where: string, options: LstmCellOptions): Cell {
  const cell = readCell(where, options, 4, { unitForgetBias: boolean, ...BEYOND_KERAS })
  const { units, recurrentActivation } = cell
  const { unitForgetBias = true } = options
  const beyond = readBeyondKeras(options)
  const kernel = lstmKernel(cell, options)
  const fused = fusedBy(cell, kernel)
  return {
    className: 'LSTMCell',
    name: options.name ?? null,
    trainable: options.trainable ?? true,
    stateSizes: [beyond.projection ?? units, units],
    weights: (input) => [
      ...cellWeights(cell, featuresOf(where, input), kernel, beyond.projection ?? units),
      ...beyondWeights(cell, beyond),
    ],
    emit: (step) => lstmStep(step, cell, beyond),
    seed: cell.seed,
    outputState: 0,
    fused: { ...fused, whyNot: (training) => beyond.why ?? fused.whyNot(training) },
    config: cellConfig(cell, {
      afterActivation: { recurrent_activation: activationConfig(recurrentActivation) },
      afterBias: { unit_forget_bias: unitForgetBias },
      last: beyond.config,
    }),
  }
}

function lstmStep(step: CellStep, cell: ReadCell, beyond: ReadBeyond) {
  const { activation, recurrentActivation } = cell
  const { peepholes, projection, layerNormalization, zoneout } = beyond
  const [h, c] = step.states
  const z = layerNormalization ? normalizedProducts(step, cell) : plainProducts(step, cell)
  const gate = (index: number, peephole: string, seen: Value) => {
    const seeing = peepholes ? step.add(z[index], step.math.multiply(seen, step.weight(peephole))) : z[index]
    return step.activation(recurrentActivation, seeing)
  }
  const i = gate(0, 'peephole_i', c)
  const f = gate(1, 'peephole_f', c)
  const g = step.activation(activation, z[2])
  const next = step.add(step.multiply(f, c), step.multiply(i, g))
  const o = gate(3, 'peephole_o', next)
  const shown = layerNormalization ? normalized(step, [next], 'state_norm')[0] : next
  const full = step.multiply(o, step.activation(activation, shown))
  const output = projection === null ? full : step.dense(full, step.weight('projection'))
  const states = [
    step.zoned(h, output, zoneout.h, OTHER_MASKS),
    step.zoned(c, next, zoneout.c, OTHER_MASKS + 1),
  ]
  return { output: states[0], states }
}

const GATES = [0, 1, 2, 3]

function plainProducts(step: CellStep, cell: ReadCell): Value[] {
  const { fromX, fromH } = productsOf(step, cell, 4)
  return GATES.map((gate) => step.add(fromX(gate), fromH(gate)))
}

/** Both products normalized, each over all four gates, before they are added up. */
function normalizedProducts(step: CellStep, cell: ReadCell): Value[] {
  const { fromX, fromH } = productsOf(step, { ...cell, useBias: false }, 4)
  const biases = cell.useBias ? step.gates('bias', 4) : null
  const x = normalized(step, GATES.map(fromX), 'kernel_norm')
  const h = normalized(
    step,
    GATES.map((gate) => fromH(gate)),
    'recurrent_norm',
  )
  return GATES.map((gate) => {
    const z = step.add(x[gate], h[gate])
    return biases ? step.math.add(z, biases[gate]) : z
  })
}

/** What all these columns become with mean 0 and variance 1, times gamma, plus beta. */
function normalized(step: CellStep, blocks: readonly Value[], name: string): Value[] {
  const { add, subtract, multiply, scale, square, rsqrt, sum } = step.math
  const count = blocks.reduce((total, { shape }) => total + Number(shape[1]), 0)
  const mean = (values: readonly Value[]) =>
    scale(
      values.map((value) => sum(value, [1])).reduce((a, b) => step.add(a, b)),
      1 / count,
    )
  const weights = (weight: string) =>
    blocks.length === 1 ? [step.weight(weight)] : step.gates(weight, blocks.length)
  const center = mean(blocks)
  const centered = blocks.map((block) => subtract(block, center))
  const inverse = rsqrt(scale(mean(centered.map(square)), 1, EPSILON))
  const gammas = weights(`${name}_gamma`)
  const betas = weights(`${name}_beta`)
  return centered.map((block, i) => add(multiply(multiply(block, inverse), gammas[i]), betas[i]))
}
