import { add } from '../ops/add.ts'
import { operation } from '../ops/index.ts'
import { Builder } from './builder.ts'
import type { Instruction, Value } from './program.ts'

/**
 * Reverse-mode differentiation: walks the instructions backward and appends those of the gradient.
 *
 * @param seeds d loss / d value for the values the loss is made of (the loss itself is Σ rowLoss · weight, so the
 *   seed of `rowLoss` is the weights)
 * @param wanted the values whose gradients are asked for: parameters, or inputs
 * @returns the gradient of each wanted value that the loss depends on
 */
export function differentiate(
  builder: Builder,
  seeds: ReadonlyMap<Value, Value>,
  wanted: readonly Value[],
): Map<Value, Value> {
  const forward = [...builder.instructions]
  const required = requiredFor(builder.values, forward, wanted)
  const gradients = new Map<number, Value>()
  for (const [value, seed] of seeds) gradients.set(value.id, seed)

  for (const instruction of forward.reverse()) {
    const outputGradients = gradientsOf(instruction, gradients)
    if (!outputGradients || !Object.values(instruction.outputs).some((id) => required.has(id))) continue
    const op = operation(instruction.op)
    if (!op.gradient) throw new Error(`operation '${op.name}' of '${instruction.scope}' has no gradient`)
    const { gradient } = op
    const found = builder.within(instruction.scope, () =>
      gradient({
        inputs: named(builder.values, instruction.inputs),
        outputs: named(builder.values, instruction.outputs),
        attributes: instruction.attributes,
        outputGradients,
        needs: (input) => required.has(instruction.inputs[input]),
        emit: builder.emit,
        again: ({ op, attributes }, inputs) => builder.emit(operation(op), inputs, attributes),
        goOn: (program) => new Builder(`${program.name}, back`, program),
        differentiate,
      }),
    )
    for (const [input, gradient] of Object.entries<Value | undefined>(found)) {
      const id = instruction.inputs[input]
      if (!gradient || !required.has(id)) continue
      const sofar = gradients.get(id)
      gradients.set(
        id,
        sofar
          ? builder.within(instruction.scope, () => builder.emit(add, { a: sofar, b: gradient }, {}).y)
          : gradient,
      )
    }
  }
  return new Map(
    wanted.flatMap((value) => {
      const gradient = gradients.get(value.id)
      return gradient ? [[value, gradient] as const] : []
    }),
  )
}

/** The ids of the values that depend on a wanted one (and the wanted themselves). */
function requiredFor(
  values: readonly Value[],
  forward: readonly Instruction[],
  wanted: readonly Value[],
): Set<number> {
  const required = new Set(wanted.map((value) => value.id))
  for (const { op, inputs, outputs } of forward) {
    const { shapeOnly } = operation(op)
    if (!Object.entries(inputs).some(([name, id]) => required.has(id) && !shapeOnly?.includes(name))) continue
    for (const id of Object.values(outputs)) if (values[id].dtype === 'float32') required.add(id)
  }
  return required
}

function gradientsOf(
  instruction: Instruction,
  gradients: ReadonlyMap<number, Value>,
): Record<string, Value> | null {
  const found: Record<string, Value> = {}
  for (const [output, id] of Object.entries(instruction.outputs)) {
    const gradient = gradients.get(id)
    if (gradient) found[output] = gradient
  }
  return Object.keys(found).length > 0 ? found : null
}

function named(values: readonly Value[], ids: Readonly<Record<string, number>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, values[id]]))
}
