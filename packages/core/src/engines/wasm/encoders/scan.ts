import type { Layout } from '../../../program/layout.ts'
import type { Plan } from '../../../program/plan.ts'
import type { Value } from '../../../program/program.ts'
import type { Encoded, encode } from '../encode.ts'
import { ROWS } from '../script.ts'
import { type Sizes, stepDims } from '../sizes.ts'
import { word } from './operands.ts'

/** Where a value lies. */
interface Place {
  readonly address: number
  readonly layout: Layout
}

/**
 * A scan as threads take it, a loop. Before every step the slices of the sequences move to where the step reads them;
 * after it what is kept moves to its place among all steps, and the states to where the next step reads them.
 *
 * @param outer addresses by value id
 * @param inner those of the step's values
 * @param encodeOne what encodes an instruction of the step
 */
export function encodeScan(
  plan: Plan,
  at: number,
  outer: readonly number[],
  inner: readonly number[],
  sizes: Sizes,
  encodeOne: typeof encode,
): Encoded {
  const { inputs, outputs, attributes } = plan.program.instructions[at]
  const step = plan.inner[at].step.plan
  const { values, instructions, inputs: given, outputs: found } = step.program
  const used = new Set([
    ...instructions.flatMap((each) => Object.values(each.inputs)),
    ...Object.values(found),
  ])
  const inputsOf = (kind: string) =>
    Object.entries(given).filter(([name, id]) => name[0] === kind && (kind === 's' || used.has(id)))
  const states = inputsOf('s')
  const outside = (id: number | undefined) => placeOf(plan, outer, id)
  const inside = (id: number | undefined) => placeOf(step, inner, id)
  const moved = (id: number, from: Place | null, to: Place | null, along?: 'from' | 'to') =>
    to ? [move(values[id], sizes, from, to, along)] : []

  const body = [
    ...inputsOf('x').flatMap(([name, id]) => moved(id, outside(inputs[name]), inside(id), 'from')),
    ...instructions.map((each) => encodeOne(step, each, inner, sizes)),
    ...Object.entries(found).flatMap(([name, id]) =>
      name[0] === 's' ? [] : moved(id, inside(id), outside(outputs[name]), 'to'),
    ),
    ...states.flatMap(([name, id]) => (found[name] === id ? [] : moved(id, inside(found[name]), inside(id)))),
  ]
  const odd = body.find(({ split }) => split !== ROWS)
  if (odd) throw new Error(`a scan's step holds '${odd.kernel}', which is not split by rows`)
  const loop = [
    states.flatMap(([name, id]) => moved(id, outside(inputs[name]), inside(id))),
    body,
    states.flatMap(([name, id]) => moved(id, inside(id), outside(outputs[name]))),
  ]
  const time = plan.program.values[inputs.x0].shape.slice(1, 2)
  const counts = loop.map(({ length }) => length)
  return {
    kernel: 'loop',
    descriptor: [sizes.address(time), word(attributes.reverse === true), ...counts],
    split: ROWS,
    panels: 1,
    tiled: false,
    loop,
  }
}

/** null: absent, or needed by nobody. */
function placeOf({ placements }: Plan, addresses: readonly number[], id: number | undefined): Place | null {
  const layout = id === undefined ? undefined : placements[id]?.layout
  return id !== undefined && layout ? { address: addresses[id], layout } : null
}

/**
 * The descriptor `Move`.
 *
 * @param value what moves, as the step knows it
 * @param from null: zeros
 * @param along of which of the two places this step's part is meant; the other one is this step's alone
 */
function move(value: Value, sizes: Sizes, from: Place | null, to: Place, along?: 'from' | 'to'): Encoded {
  const side = (place: Place | null, isAlong: boolean) =>
    place ? [place.address, place.layout.panelStride, place.layout.stepStride, word(isAlong)] : [0, 0, 0, 0]
  const { kind, panels } = to.layout
  return {
    kernel: 'move',
    descriptor: [
      sizes.address(stepDims(value)),
      ...side(from, along === 'from'),
      ...side(to, along === 'to'),
      panels,
      kind === 'plain' ? 4 : 64,
    ],
    split: ROWS,
    panels: 1,
    tiled: false,
  }
}
