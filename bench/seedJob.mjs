import { layers, sequential } from '@carousel/core'

/** The seed job on an engine, ready to train; or the same with other recurrent layers. */
export function seedJob(engine, { layer = 'lstm', units = 128, layers: count = 1 } = {}) {
  const recurrent = Array.from({ length: count }, (_, i) =>
    layers[layer]({ units, returnSequences: i < count - 1, inputShape: i === 0 ? [28, 28] : undefined }),
  )
  const model = sequential([...recurrent, layers.dense({ units: 10, activation: 'softmax' })], { engine })
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  return model
}
