// The LSTM and its gradient in plain loops, by the formulas of docs/lstm.md, beside what the library computes.
// A step of plain gradient descent with a learning rate of 1 takes off exactly the gradient: so the library tells its own.
//
//   node examples/lstm-by-hand.mjs
import { layers, optimizers, sequential } from '@carousel/core'

const [T, I, H] = [5, 2, 3]
const x = Array.from({ length: T }, (_, t) => Array.from({ length: I }, (_, k) => Math.sin(3 * t + 2 * k))) // [T, I]
const target = Array.from({ length: H }, (_, u) => Math.cos(u)) // [H]

const model = sequential([layers.lstm({ units: H, inputShape: [T, I] })], { seed: 1 })
const [W, U, b] = (await model.getWeights()).map(({ data }) => [...data]) // [I, 4H], [H, 4H], [4H], row by row

// ---- forward: gate blocks in the order i f g o

const σ = (z) => 1 / (1 + Math.exp(-z))
const tanh = Math.tanh
const zeros = (n) => new Array(n).fill(0)

const steps = []
let h = zeros(H)
let c = zeros(H)
for (let t = 0; t < T; t++) {
  const z = b.map((bias, n) => {
    const fromInput = x[t].reduce((sum, value, k) => sum + value * W[k * 4 * H + n], 0)
    const fromState = h.reduce((sum, value, k) => sum + value * U[k * 4 * H + n], 0)
    return fromInput + fromState + bias
  })
  const step = { i: zeros(H), f: zeros(H), g: zeros(H), o: zeros(H), hBefore: h, cBefore: c, c: zeros(H) }
  for (let u = 0; u < H; u++) {
    step.i[u] = σ(z[u])
    step.f[u] = σ(z[H + u])
    step.g[u] = tanh(z[2 * H + u])
    step.o[u] = σ(z[3 * H + u])
    step.c[u] = step.f[u] * c[u] + step.i[u] * step.g[u]
  }
  steps.push(step)
  c = step.c
  h = c.map((cell, u) => step.o[u] * tanh(cell))
}

const prediction = [...(await model.predict([x])).data]
compare('output', h, prediction)

// ---- backward: the loss is the mean of (h_T − target)² over the H units

const dW = zeros(W.length)
const dU = zeros(U.length)
const db = zeros(b.length)
let dh = h.map((value, u) => (2 * (value - target[u])) / H)
let dc = zeros(H)
for (let t = T - 1; t >= 0; t--) {
  const { i, f, g, o, hBefore, cBefore, c } = steps[t]
  const dz = zeros(4 * H)
  for (let u = 0; u < H; u++) {
    const a = tanh(c[u])
    dc[u] += dh[u] * o[u] * (1 - a * a)
    dz[u] = dc[u] * g[u] * i[u] * (1 - i[u])
    dz[H + u] = dc[u] * cBefore[u] * f[u] * (1 - f[u])
    dz[2 * H + u] = dc[u] * i[u] * (1 - g[u] * g[u])
    dz[3 * H + u] = dh[u] * a * o[u] * (1 - o[u])
  }
  dc = dc.map((value, u) => value * f[u]) // the carousel
  dh = dh.map((_, u) => dz.reduce((sum, d, n) => sum + d * U[u * 4 * H + n], 0))
  for (const [n, d] of dz.entries()) {
    for (let k = 0; k < I; k++) dW[k * 4 * H + n] += x[t][k] * d
    for (let k = 0; k < H; k++) dU[k * 4 * H + n] += hBefore[k] * d
    db[n] += d
  }
}

model.compile({ optimizer: optimizers.sgd({ learningRate: 1 }), loss: 'meanSquaredError' })
await model.fit([x], [target])
const after = await model.getWeights()
const taken = [W, U, b].map((before, index) => before.map((value, n) => value - after[index].data[n]))
compare('dW', dW, taken[0])
compare('dU', dU, taken[1])
compare('db', db, taken[2])

function compare(name, byHand, byLibrary) {
  const difference = Math.max(...byHand.map((value, n) => Math.abs(value - byLibrary[n])))
  console.log(
    `${name.padEnd(8)}${String(byHand.length).padStart(3)} numbers, largest difference ${difference.toExponential(1)}`,
  )
}
