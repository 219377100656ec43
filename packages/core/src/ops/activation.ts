import { ACTIVATIONS } from './activations.ts'
import type { KernelActivation } from './kernelActivations.ts'
import type { Meaning, Op } from './op.ts'
import { requireSameShape } from './shapes.ts'

type ActivationAttributes = { readonly kind: KernelActivation }

/** y = φ(x), entry by entry. */
export const activation: Op<'x', 'y', ActivationAttributes> = {
  name: 'activation',
  inputs: ['x'],
  outputs: ['y'],
  split: 'elements',
  inPlace: { y: 'x' },

  infer({ x }) {
    return { y: { shape: x.shape, dtype: 'float32', gates: x.gates } }
  },

  gradient({ outputs: { y }, attributes, outputGradients: { y: dy }, emit }) {
    return { x: emit(activationGradient, { y, dy }, attributes).dx }
  },
}

export const evaluateActivation: Meaning<typeof activation> = ({ x }, { y }, { kind }) => {
  y.data.set(x.data.map(ACTIVATIONS[kind].value))
}

/** dx = dy ⊙ φ′, where φ′ is told from y. */
export const activationGradient: Op<'y' | 'dy', 'dx', ActivationAttributes> = {
  name: 'activationGradient',
  inputs: ['y', 'dy'],
  outputs: ['dx'],
  split: 'elements',
  inPlace: { dx: 'dy' },

  infer({ y, dy }) {
    requireSameShape('activationGradient', y, dy)
    return { dx: { shape: y.shape, dtype: 'float32', gates: y.gates } }
  },
}

export const evaluateActivationGradient: Meaning<typeof activationGradient> = (
  { y, dy },
  { dx },
  { kind },
) => {
  const { slope } = ACTIVATIONS[kind]
  for (let i = 0; i < dx.data.length; i++) dx.data[i] = dy.data[i] * slope(y.data[i])
}
