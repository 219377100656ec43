import { layers, sequential } from '@carousel/core'

const classifier = () => layers.dense({ units: 10, activation: 'softmax' })

const LAYERS = {
  bidirectional: () => [
    layers.masking({ inputShape: [100, 32] }),
    layers.bidirectional({ layer: layers.lstm({ units: 64, returnSequences: true }) }),
    layers.bidirectional({ layer: layers.lstm({ units: 64 }) }),
    classifier(),
  ],
  gru: () => [layers.gru({ units: 128, inputShape: [28, 28] }), classifier()],
  stacked: () => [
    layers.lstm({ units: 256, returnSequences: true, inputShape: [28, 28] }),
    layers.lstm({ units: 256 }),
    classifier(),
  ],
  text: () => [
    layers.embedding({ inputDim: 10_000, outputDim: 64, inputShape: [200] }),
    layers.lstm({ units: 128 }),
    layers.dense({ units: 1, activation: 'sigmoid' }),
  ],
}

/** A job's model on an engine, ready to train. */
export function familyModel(job, engine) {
  const model = sequential(LAYERS[job](), { engine })
  const loss = job === 'text' ? 'binaryCrossentropy' : 'categoricalCrossentropy'
  model.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] })
  return model
}
