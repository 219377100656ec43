import { describe, expect, it } from 'vitest'
import type { Feed } from '../engines/engine.ts'
import { type ReferenceExecutable, type ReferenceMachine, reference } from '../engines/reference/reference.ts'
import { type Program, resolveShape, sizeOf } from '../program/program.ts'
import { Generator } from '../random/generator.ts'
import { type Case, hash, numbersOf } from '../testing/cases/case.ts'
import { CASES } from '../testing/cases/index.ts'
import {
  feedsOf,
  forwardProgram,
  gradientProgram,
  persistentName,
  seedName,
  wantedOperands,
} from '../testing/cases/run.ts'

// Every operation's gradient against central finite differences in float64, through each differentiable result alone and
// through all at once: for some entries of every operand, and along a random direction that takes in all of them.

const STEP = 1e-5
const ENTRIES = 4
const TOLERANCE = 1e-7

const smooth = CASES.filter(({ differentiable, smooth }) => differentiable.length > 0 && smooth)

describe.each(smooth)('gradient of $name', (testCase) => {
  const { differentiable } = testCase
  const ways =
    differentiable.length > 1 ? [...differentiable.map((name) => [name]), differentiable] : [differentiable]
  it.each(ways.map((outputs) => ({ outputs, through: outputs.join(', ') })))(
    'through $through',
    async ({ outputs }) => {
      const point = await Point.at(testCase, outputs)
      const gradients = point.gradients()
      for (const operand of wantedOperands(testCase)) {
        const gradient = gradients[`d${operand}`] ?? new Float64Array(point.sizeOf(operand))
        for (const direction of directions(`${testCase.name}/${operand}`, gradient.length)) {
          const expected = await point.slope(operand, direction)
          const actual = dot(gradient, direction)
          expect(
            Math.abs(actual - expected),
            `d${operand}: expected ${expected}, got ${actual}`,
          ).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(expected)))
        }
      }
    },
  )
})

/** Some unit vectors, and one random vector. */
function directions(seed: string, size: number): Float64Array[] {
  const generator = new Generator(hash(seed), 1)
  const entries = [...generator.permutation(size)].slice(0, ENTRIES)
  return [
    ...entries.map((entry) => new Float64Array(size).fill(1, entry, entry + 1)),
    Float64Array.from({ length: size }, () => generator.normal() / Math.sqrt(size)),
  ]
}

/** A case at its operands' numbers, in float64 throughout, with a loss Σ seed ⊙ result. */
class Point {
  readonly #case: Case
  readonly #machine: ReferenceMachine
  readonly #forward: readonly [Program, ReferenceExecutable]
  readonly #backward: readonly [Program, ReferenceExecutable]
  readonly #feeds: Record<string, Feed>
  readonly #numbers: Record<string, Float64Array>

  private constructor(
    testCase: Case,
    machine: ReferenceMachine,
    forward: readonly [Program, ReferenceExecutable],
    backward: readonly [Program, ReferenceExecutable],
  ) {
    this.#case = testCase
    this.#machine = machine
    this.#forward = forward
    this.#backward = backward
    this.#feeds = feedsOf(testCase, backward[0], testCase.counts, 0)
    this.#numbers = Object.fromEntries(
      Object.entries(testCase.operands).map(([name, operand]) => [
        name,
        Float64Array.from(
          numbersOf(operand, resolveShape(operand.shape, testCase.counts), `${testCase.name}/${name}`),
        ),
      ]),
    )
  }

  static async at(testCase: Case, outputs: readonly string[]): Promise<Point> {
    const machine = await reference().open()
    const load = async (program: Program) => [program, await machine.load(program, testCase.counts)] as const
    const forward = await load(forwardProgram(testCase, outputs))
    const point = new Point(testCase, machine, forward, await load(gradientProgram(testCase, outputs)))
    for (const name of Object.keys(testCase.operands)) await point.#set(name, point.#numbers[name])
    return point
  }

  sizeOf(operand: string): number {
    return this.#numbers[operand].length
  }

  gradients(): Record<string, Float64Array> {
    return this.#run(this.#backward)
  }

  /** Derivative of the loss along a direction of one operand. */
  async slope(operand: string, direction: Float64Array): Promise<number> {
    const at = async (distance: number) => {
      await this.#set(
        operand,
        this.#numbers[operand].map((value, i) => value + distance * direction[i]),
      )
      return this.#loss()
    }
    const slope = ((await at(STEP)) - (await at(-STEP))) / (2 * STEP)
    await this.#set(operand, this.#numbers[operand])
    return slope
  }

  #loss(): number {
    const results = this.#run(this.#forward)
    return Object.entries(results).reduce(
      (loss, [name, values]) => loss + dot(values, this.#feeds[seedName(name)].data),
      0,
    )
  }

  #run([program, executable]: readonly [Program, ReferenceExecutable]): Record<string, Float64Array> {
    const { counts } = this.#case
    const fetches = Object.fromEntries(
      Object.entries(program.outputs).map(([name, id]) => [
        name,
        new Float64Array(sizeOf(resolveShape(program.values[id].shape, counts))),
      ]),
    )
    executable.run(counts, this.#feeds, fetches)
    return fetches
  }

  async #set(operand: string, numbers: Float64Array): Promise<void> {
    const { fed, dtype } = this.#case.operands[operand]
    if (!fed) await this.#machine.write(persistentName(this.#case, operand), numbers)
    else if (dtype === 'float32') this.#feeds[operand] = { data: numbers }
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
