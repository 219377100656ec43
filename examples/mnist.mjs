import { sequential, layers } from '@carousel/core'
import { mnist } from '@carousel/datasets'

const { train, test } = await mnist.load()            // rows of the picture are the time steps: [N, 28, 28] in 0..1
const model = sequential([
  layers.lstm({ units: 128, inputShape: [28, 28] }),
  layers.dense({ units: 10, activation: 'softmax' }),
])
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
const history = await model.fit(train.x, train.y, { epochs: 10, batchSize: 32, validationData: [test.x, test.y] })
await model.save('mnist-lstm.safetensors')   // everything in one file: layers, weights, optimizer, position in training
