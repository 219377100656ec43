import type { Meaning, Op } from './op.ts'
import { requireSameShape } from './shapes.ts'

/** target ← value: a parameter or a state takes what was computed for it. An update: it waits for the guard. */
export const assign: Op<'target' | 'value', never> = {
  name: 'assign',
  inputs: ['target', 'value'],
  outputs: [],
  split: 'elements',
  own: ['target', 'value'],
  updates: ['target'],

  infer({ target, value }) {
    requireSameShape('assign', target, value)
    return {}
  },
}

export const evaluateAssign: Meaning<typeof assign> = ({ target, value }) => {
  target.data.set(value.data)
}
