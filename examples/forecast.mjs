// A forecast: the next hour of a made-up series (a daily and a weekly rhythm, and noise) from the two days before it.
// A forecast is worth what it is better than the naive ones, so those are printed beside it.
//
//   node examples/forecast.mjs
import { layers, optimizers, sequential } from '@carousel/core'

const HOURS = 24 * 7 * 10
const WINDOW = 48

/** Numbers in 0..1 that look random and are the same every time. */
const chance = (i) => (i * 0.6180339887498949) % 1

const series = Array.from({ length: HOURS }, (_, hour) => {
  const day = Math.sin((2 * Math.PI * hour) / 24)
  const week = Math.sin((2 * Math.PI * hour) / (24 * 7))
  return 50 + 10 * day + 4 * week + 2 * (chance(hour * hour) - 0.5)
})

// The future must not leak into the past: split in time, and scale by what the training part alone knows.
const split = Math.floor(0.8 * HOURS)
const past = series.slice(0, split)
const mean = past.reduce((sum, value) => sum + value, 0) / past.length
const deviation = Math.sqrt(past.reduce((sum, value) => sum + (value - mean) ** 2, 0) / past.length)
const scale = (value) => (value - mean) / deviation
const unscale = (value) => value * deviation + mean

/** Every window of these hours, and the hour that follows it. */
function windows(from, to) {
  const starts = Array.from({ length: to - from - WINDOW }, (_, i) => from + i)
  return {
    x: starts.map((start) => series.slice(start, start + WINDOW).map((value) => [scale(value)])), // [N, 48, 1]
    y: starts.map((start) => [scale(series[start + WINDOW])]), // [N, 1]
    target: starts.map((start) => series[start + WINDOW]),
    last: starts.map((start) => series[start + WINDOW - 1]),
    dayBefore: starts.map((start) => series[start + WINDOW - 24]),
  }
}
const train = windows(0, split)
const test = windows(split - WINDOW, HOURS)

const model = sequential([layers.lstm({ units: 16, inputShape: [WINDOW, 1] }), layers.dense({ units: 1 })])
model.compile({ optimizer: optimizers.adam({ learningRate: 0.01 }), loss: 'meanSquaredError' })
model.preparation = { mean, deviation, window: WINDOW } // goes into the file, so that whoever loads it can scale alike
await model.fit(train.x, train.y, { epochs: 12, batchSize: 32 })

const forecast = Array.from((await model.predict(test.x)).data, unscale)
const meanError = (guess) =>
  guess.reduce((sum, value, i) => sum + Math.abs(value - test.target[i]), 0) / guess.length
console.log(`mean absolute error over ${test.target.length} hours that the model has not seen`)
console.log(`  the hour before, again     ${meanError(test.last).toFixed(2)}`)
console.log(`  the same hour a day before ${meanError(test.dayBefore).toFixed(2)}`)
console.log(`  LSTM(16)                   ${meanError(forecast).toFixed(2)}`)
