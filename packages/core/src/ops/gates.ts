import { formatType, type ValueType } from '../program/program.ts'
import type { Meaning, Op } from './op.ts'
import { columns } from './shapes.ts'

type GateAttributes = { readonly gates: number }

/** A weight's gate blocks, each a weight of its own: x [.., gates · H] → y0, y1 … [.., H]. */
export const splitGates: Op<string, string, GateAttributes> = {
  name: 'splitGates',
  inputs: [],
  outputs: [],
  open: true,
  split: 'panels',

  infer({ x }, { gates }) {
    if ((x.gates ?? 1) !== gates)
      throw new Error(
        `operation 'splitGates': ${formatType(x)} has ${x.gates ?? 1} gate blocks, not ${gates}`,
      )
    const shape = [...x.shape.slice(0, -1), columns(x) / gates]
    return eachGate(gates, () => ({ shape, dtype: 'float32' }) as const)
  },

  gradient({ outputGradients, attributes, inputs: { x }, emit }) {
    return { x: emit(joinGates, { ...outputGradients, like: x }, attributes).x }
  },
}

export const evaluateSplitGates: Meaning<typeof splitGates> = ({ x }, outputs, { gates }) => {
  const H = x.shape[x.shape.length - 1] / gates
  for (let gate = 0; gate < gates; gate++) {
    const y = outputs[`y${gate}`]
    for (let i = 0; i < y.data.length; i++)
      y.data[i] = x.data[(Math.floor(i / H) * gates + gate) * H + (i % H)]
  }
}

/** The other way round: y0, y1 … [.., H], zeros where one is absent, → x of the shape of `like` [.., gates · H]. */
export const joinGates: Op<string, string, GateAttributes> = {
  name: 'joinGates',
  inputs: [],
  outputs: [],
  open: true,
  shapeOnly: ['like'],
  split: 'panels',

  infer({ like: { shape } }, { gates }) {
    return { x: { shape, dtype: 'float32', gates } }
  },
}

export const evaluateJoinGates: Meaning<typeof joinGates> = (inputs, { x }, { gates }) => {
  const H = x.shape[x.shape.length - 1] / gates
  for (let gate = 0; gate < gates; gate++) {
    const y = inputs[`y${gate}`]
    if (!y) continue
    for (let i = 0; i < y.data.length; i++)
      x.data[(Math.floor(i / H) * gates + gate) * H + (i % H)] = y.data[i]
  }
}

function eachGate(gates: number, type: () => ValueType): Record<string, ValueType> {
  return Object.fromEntries(Array.from({ length: gates }, (_, gate) => [`y${gate}`, type()]))
}
