// Your own data: sequences as nested arrays, classes as whole numbers. Here: three kinds of waves, made up.
//
//   node examples/own-data.mjs
import { layers, loadModel, optimizers, sequential } from '@carousel/core'

const waves = {
  sine: (phase) => Math.sin(2 * Math.PI * phase),
  square: (phase) => (phase < 0.5 ? 1 : -1),
  sawtooth: (phase) => 2 * phase - 1,
}
const kinds = Object.keys(waves)

/** Numbers in 0..1 that look random and are the same every time. */
const chance = (i) => (i * 0.6180339887498949) % 1

/** 32 steps of one feature: a wave of some frequency and phase, with a little noise. */
function sample(i) {
  const wave = waves[kinds[i % kinds.length]]
  const frequency = 0.06 + 0.06 * chance(i)
  return Array.from({ length: 32 }, (_, t) => {
    const noise = 0.1 * (chance(97 * i + 31 * t) - 0.5)
    return [wave((chance(13 * i) + frequency * t) % 1) + noise]
  })
}

const indices = Array.from({ length: 900 }, (_, i) => i)
const x = indices.map(sample) // [900, 32, 1]: samples, time steps, features
const y = indices.map((i) => i % kinds.length) // [900]: 0, 1 or 2

const model = sequential(
  [
    layers.lstm({ units: 16, inputShape: [32, 1] }),
    layers.dense({ units: kinds.length, activation: 'softmax' }),
  ],
  { seed: 1 },
)
console.log(model.summary())

model.compile({
  optimizer: optimizers.adam({ learningRate: 0.01 }),
  loss: 'sparseCategoricalCrossentropy', // whole numbers; for one-hot rows: 'categoricalCrossentropy'
  metrics: ['accuracy'],
})
await model.fit(x, y, {
  epochs: 15,
  validationSplit: 0.2, // the last fifth is held out
  callbacks: [
    {
      onEpochEnd: (epoch, { loss, valAccuracy }) =>
        console.log(
          `epoch ${epoch + 1}  loss ${loss.toFixed(3)}  held-out accuracy ${valAccuracy.toFixed(3)}`,
        ),
    },
  ],
})

// Everything in one file; here its bytes, in Node also model.save(path).
model.labels = kinds
const again = await loadModel(await model.saveBytes())
const { data } = await again.predict([sample(901)]) // [1, 3]
for (const [index, kind] of again.labels.entries()) console.log(`${kind.padEnd(9)}${data[index].toFixed(3)}`)
console.log(`It was a ${kinds[901 % kinds.length]} wave.`)
