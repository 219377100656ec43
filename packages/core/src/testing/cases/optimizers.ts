import type { Attributes } from '../../program/program.ts'
import { type Case, defineCase, float, listed, type Operand, uniform, type Values } from './case.ts'

const STEPS = 6

/** Rates that change from step to step, as a schedule and Adam's bias correction make them. */
function hyper(first: number, ...others: readonly number[]): Operand {
  const values: Values = (generator, shape, run) =>
    listed(first / (run + 1), ...others)(generator, shape, run)
  return float([others.length + 1], values, { fed: true })
}

function optimizer(
  name: string,
  op: string,
  slots: readonly string[],
  rates: Operand,
  attributes: Attributes = {},
): Case[] {
  const shapes: readonly { shape: readonly number[]; gates?: number }[] = [
    { shape: [19, 57], gates: 3 },
    { shape: [33] },
  ]
  return shapes.map(({ shape, gates }) =>
    defineCase({
      name: `${name}: [${shape.join(', ')}]`,
      op,
      operands: {
        parameter: float(shape, uniform(-1, 1), { gates }),
        gradient: float(shape, uniform(-0.1, 0.1), { gates }),
        ...Object.fromEntries(slots.map((slot) => [slot, float(shape, listed(0), { gates })])),
        hyper: rates,
      },
      attributes,
      counts: {},
      runs: STEPS,
    }),
  )
}

export const OPTIMIZER_CASES: readonly Case[] = [
  ...optimizer('sgd', 'sgd', [], hyper(0.1, 0), { nesterov: false }),
  ...optimizer('sgd: momentum', 'sgd', ['momentum'], hyper(0.1, 0.9), { nesterov: false }),
  ...optimizer('sgd: nesterov', 'sgd', ['momentum'], hyper(0.1, 0.9), { nesterov: true }),
  ...optimizer('rmsprop', 'rmsprop', ['velocity'], hyper(0.01, 0.9, 0.1, 0, 1e-7)),
  ...optimizer('rmsprop: momentum', 'rmsprop', ['velocity', 'momentum'], hyper(0.01, 0.9, 0.1, 0.8, 1e-7)),
  ...optimizer(
    'rmsprop: centered',
    'rmsprop',
    ['velocity', 'momentum', 'average'],
    hyper(0.01, 0.9, 0.1, 0.8, 1e-3),
  ),
  ...optimizer('adam', 'adam', ['m', 'v'], hyper(0.01, 0.1, 0.001, 1e-7, 0)),
  ...optimizer('adam: decay', 'adam', ['m', 'v'], hyper(0.01, 0.1, 0.001, 1e-7, 0.004)),
  ...optimizer('adam: amsgrad', 'adam', ['m', 'v', 'vMax'], hyper(0.01, 0.1, 0.001, 1e-7, 0)),
]
