import { operation } from '../../ops/index.ts'
import { meaning } from '../../ops/meanings.ts'
import type { Float64Tensor } from '../../ops/op.ts'
import {
  type Extents,
  type Instruction,
  type Program,
  resolveShape,
  sizeOf,
  type ValueType,
} from '../../program/program.ts'

/** Runs a program that an operation holds, on these inputs; those that are not given are zero. Returns all its values. */
function interpret(
  program: Program,
  inputs: Readonly<Record<string, Float64Tensor>>,
  counts: Extents,
): Map<number, Float64Tensor> {
  const values = new Map<number, Float64Tensor>()
  for (const [name, id] of Object.entries(program.inputs))
    values.set(id, { ...(inputs[name] ?? tensor(program.values[id], counts)), type: program.values[id] })
  for (const instruction of program.instructions) execute(program, instruction, values, counts)
  return values
}

/** Computes one instruction; true where it halts the run. */
export function execute(
  program: Program,
  { op: name, inputs, outputs, attributes }: Instruction,
  values: Map<number, Float64Tensor>,
  counts: Extents,
): boolean {
  const op = operation(name)
  const operands = mapValues(inputs, (id) => held(values, id))
  const results = mapValues(outputs, (id) => tensor(program.values[id], counts))
  meaning(name)(operands, results, attributes, (inner, inputs) => interpret(inner, inputs, counts))
  for (const [key, id] of Object.entries(outputs)) values.set(id, results[key])
  return op.halts !== undefined && results[op.halts].data[0] === 0
}

export function held(values: ReadonlyMap<number, Float64Tensor>, id: number): Float64Tensor {
  const value = values.get(id)
  if (!value) throw new Error(`value ${id} is read before it is computed`)
  return value
}

export function tensor(type: ValueType, extents: Extents): Float64Tensor {
  const shape = resolveShape(type.shape, extents)
  return { shape, data: new Float64Array(sizeOf(shape)), type }
}

function mapValues<T>(record: Readonly<Record<string, number>>, map: (id: number) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, id]) => [key, map(id)]))
}
