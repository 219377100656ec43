import { layers, sequential } from '@carousel/core'

/** The seed job on an engine, ready to train. */
export function seedJob(engine, layer = 'lstm') {
  const model = sequential(
    [layers[layer]({ units: 128, inputShape: [28, 28] }), layers.dense({ units: 10, activation: 'softmax' })],
    { engine },
  )
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  return model
}
