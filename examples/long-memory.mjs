// Which recurrent layers learn what lies long ago, which do not, and what their gradients do meanwhile.
//
//   npm run build && node examples/long-memory.mjs            all of it (25 minutes on one core)
//   node examples/long-memory.mjs --task adding --steps 100   a part; also --rate 0.005, --cell GRU
//   node examples/long-memory.mjs --write                     puts the tables into docs/long-memory.md
//
// Two tasks of Hochreiter & Schmidhuber 1997. Adding: a sequence of numbers, two of them marked; the answer is the sum of
// those two (as in Le et al. 2015: numbers from 0 to 1, one marked in each half; who always says 1 errs by 0.167).
// Temporal order: among distracting symbols two that matter, each X or Y, after 10 to 20 and after 50 to 60 percent of
// the sequence; the answer is which came first and which second, one of four classes.

import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { enableRelaxedSimd, enableTurbo, gradientFlow, layers, optimizers, sequential } from '@carousel/core'

enableRelaxedSimd() // Node 20 then rounds as later ones do, and gives their numbers
enableTurbo() // where Node has it (24 and later), matrix products take half the time

const { values: flags } = parseArgs({
  options: {
    task: { type: 'string' },
    steps: { type: 'string' },
    cell: { type: 'string' },
    epochs: { type: 'string', default: '30' },
    rate: { type: 'string' },
    seed: { type: 'string', default: '1997' },
    write: { type: 'boolean', default: false },
  },
})

const UNITS = 32
const BATCH = 32
/** Sequences in training, drawn once; an epoch goes through them all. */
const SEQUENCES = 6400
const TEST = 512

/** Task, steps, learning rate. */
const RUNS = [
  ['adding', 100, 0.002],
  ['order', 100, 0.002],
  ['adding', 400, 0.002],
  ['adding', 400, 0.005],
  ['order', 400, 0.002],
]

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
function random(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
const below = (next, n) => Math.floor(next() * n)

const TASKS = {
  adding: {
    title: 'The adding problem',
    features: 2,
    head: { units: 1 },
    loss: 'meanSquaredError',
    draw(count, T, next) {
      const x = new Float32Array(count * T * 2)
      const y = new Float32Array(count)
      for (let n = 0; n < count; n++) {
        for (let t = 0; t < T; t++) x[(n * T + t) * 2] = next()
        for (const t of [below(next, T / 2), T / 2 + below(next, T / 2)]) {
          x[(n * T + t) * 2 + 1] = 1
          y[n] += x[(n * T + t) * 2]
        }
      }
      return { x: { shape: [count, T, 2], data: x }, y: { shape: [count, 1], data: y } }
    },
    /** What is told of the test set, and from where on we call it learnt. */
    figure: ({ loss }) => ({ text: loss.toFixed(4), learnt: loss < 0.01 }),
    measure: 'squared error',
    chance: '0.167',
  },
  order: {
    title: 'Temporal order',
    features: 8,
    head: { units: 4, activation: 'softmax' },
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
    // symbols: begin, end, four that mean nothing, X, Y
    draw(count, T, next) {
      const x = new Float32Array(count * T * 8)
      const y = new Float32Array(count * 4)
      for (let n = 0; n < count; n++) {
        const places = [T / 10 + below(next, T / 10), T / 2 + below(next, T / 10)]
        const kinds = [below(next, 2), below(next, 2)]
        for (let t = 0; t < T; t++) {
          const symbol = t === 0 ? 0 : t === T - 1 ? 1 : 2 + below(next, 4)
          const place = places.indexOf(t)
          x[(n * T + t) * 8 + (place < 0 ? symbol : 6 + kinds[place])] = 1
        }
        y[n * 4 + kinds[0] * 2 + kinds[1]] = 1
      }
      return { x: { shape: [count, T, 8], data: x }, y: { shape: [count, 4], data: y } }
    },
    figure: ({ accuracy }) => ({ text: `${(100 * accuracy).toFixed(1)} %`, learnt: accuracy > 0.99 }),
    measure: 'accuracy',
    chance: '25 %',
  },
}

/** By name: the layer, and what the forget gate's bias begins with, where it has one. */
const CELLS = {
  'LSTM, forget bias 0': [layers.lstm, 0],
  'LSTM, forget bias 1': [layers.lstm, 1],
  'LSTM, forget bias 5': [layers.lstm, 5],
  GRU: [layers.gru],
  SimpleRNN: [layers.simpleRNN],
}

/** A recurrent layer and its head. The same seed for all: they differ in their cells alone. */
async function make([layer, forgetBias], { features, head, loss, metrics }, T, rate, seed) {
  const net = sequential([layer({ units: UNITS, inputShape: [T, features] }), layers.dense(head)], { seed })
  if (forgetBias !== undefined) {
    const weights = await net.getWeights()
    weights[2].data.fill(forgetBias, UNITS, 2 * UNITS) // of the bias, in the order i f c o
    await net.setWeights(weights)
  }
  net.compile({ optimizer: optimizers.adam({ learningRate: rate }), loss, metrics })
  return net
}

/** ‖d loss / d h_t‖ at the first step, a quarter, a half and three quarters of the way, by that at the last step. */
async function flow(net, { x, y }) {
  const { h } = gradientFlow(await net.trace(x, { y }))[0]
  const last = h.length - 1
  return [0, 0.25, 0.5, 0.75].map((share) => h[Math.round(share * last)] / h[last])
}
const power = (x) => (x === 0 ? '0' : x.toExponential(0))

async function compare(task, T, rate, epochs, seed) {
  const next = random(seed)
  const train = task.draw(SEQUENCES, T, next)
  const test = task.draw(TEST, T, next)
  const few = task.draw(32, T, next)
  const rows = []
  for (const [name, cell] of Object.entries(CELLS)) {
    if (flags.cell && !name.startsWith(flags.cell)) continue
    const net = await make(cell, task, T, rate, seed)
    const before = await flow(net, few)
    const started = performance.now()
    let [epoch, found] = [0, null]
    try {
      for (; epoch < epochs && !found?.learnt; epoch++) {
        await net.fit(train.x, train.y, { epochs: epoch + 1, initialEpoch: epoch, batchSize: BATCH })
        found = task.figure(await net.evaluate(test.x, test.y, { batchSize: 256 }))
        console.error(`${name}, ${T} steps, rate ${rate}, epoch ${epoch + 1}: ${found.text}`)
      }
    } catch (error) {
      found = { text: error.constructor.name, learnt: false }
    }
    const updates = (epoch * SEQUENCES) / BATCH
    const minutes = ((performance.now() - started) / 60000).toFixed(1)
    console.error(`  ${minutes} min`)
    rows.push({ name, found, updates, before, after: await flow(net, few) })
  }
  return rows
}

function table({ measure, chance }, T, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [
    line([
      `${T} steps`,
      `${measure} (guessing: ${chance})`,
      'learnt',
      'gradient before training',
      'and after',
    ]),
    line(['---', '---', '---', '---', '---']),
    ...rows.map(({ name, found, updates, before, after }) =>
      line([
        name,
        found.text,
        found.learnt ? `after ${updates} updates` : `not in ${updates}`,
        before.map(power).join(', '),
        after.map(power).join(', '),
      ]),
    ),
  ].join('\n')
}

/** Puts a table into the page, between its name, as in <!-- adding 100 0.002 -->, and <!-- end -->. */
async function write(name, found) {
  const page = new URL('../docs/long-memory.md', import.meta.url)
  const text = await readFile(page, 'utf8')
  const place = new RegExp(`(<!-- ${name} -->\\n)[^]*?(\\n<!-- end -->)`)
  await writeFile(
    page,
    text.replace(place, (_, before, after) => before + found + after),
  )
}

for (const [name, T, rate] of RUNS) {
  if (flags.task && flags.task !== name) continue
  if (flags.steps && Number(flags.steps) !== T) continue
  if (flags.rate && Number(flags.rate) !== rate) continue
  const task = TASKS[name]
  const found = table(task, T, await compare(task, T, rate, Number(flags.epochs), Number(flags.seed)))
  console.log(`\n${task.title}, ${T} steps, learning rate ${rate}\n\n${found}`)
  if (flags.write) await write([name, T, rate].join(' '), found)
}
