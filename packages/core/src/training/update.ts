import type { Feed } from '../engines/engine.ts'
import { slotName } from '../network/network.ts'
import type { Optimizer } from '../optimizers/optimizer.ts'
import { emitUpdates, type Trained } from '../optimizers/update.ts'
import type { Builder } from '../program/builder.ts'

/** Appends what a batch changes. @param waits with gradientAccumulationSteps: gradients are added up and no more */
export function emitOptimizer(
  builder: Builder,
  optimizer: Optimizer,
  weights: readonly Trained[],
  waits: boolean,
): void {
  const numbers = Object.fromEntries(
    Object.entries(optimizer.method.hyper).map(([name, [from, to]]) => [
      name,
      builder.input(inputName(name), { shape: [to - from], dtype: 'float32' }),
    ]),
  )
  const number = (name: string) => numbers[name]
  const slot: Parameters<typeof emitUpdates>[0]['slot'] = (name, { name: parameter, shape, dtype, gates }) =>
    builder.state(slotName(name, parameter), { shape, dtype, gates })
  builder.within('optimizer', () => emitUpdates({ builder, optimizer, slot, number }, weights, waits))
}

/** 'hyper' is the vector that a fused operation reads. */
function inputName(name: string): string {
  return name === 'hyper' ? name : `hyper/${name}`
}

/** The optimizer's numbers of a step, as a training program takes them in. */
export class StepNumbers {
  readonly feeds: Readonly<Record<string, Feed>>
  readonly #optimizer: Optimizer
  readonly #numbers: Float32Array

  constructor(optimizer: Optimizer) {
    this.#optimizer = optimizer
    this.#numbers = new Float32Array(optimizer.method.hyperSize)
    const ranges = Object.entries(optimizer.method.hyper)
    this.feeds = Object.fromEntries(
      ranges.map(([name, range]) => [inputName(name), { data: this.#numbers.subarray(...range) }]),
    )
  }

  /** Are the gradients of this batch added up and no more? `step` counts batches from 1. */
  waits(step: number): boolean {
    const { gradientAccumulationSteps } = this.#optimizer.common
    return gradientAccumulationSteps !== null && step % gradientAccumulationSteps !== 0
  }

  write(step: number): void {
    this.#optimizer.writeHyper(step, this.#numbers)
  }
}
