// The project's targets, each evaluated from a run's medians. A target is a pair of figures, the ratio of the two,
// and what the ratio is to reach: 'at least' and 'aim'.
import { JOBS } from './family.mjs'
import { carouselModes, INFERENCE_BATCHES, NODES } from './rows.mjs'
import { median } from './summary.mjs'

const perSecond = (value) => `${Math.round(value).toLocaleString('en')}/s`
const times = (value) => `${value.toFixed(2)}×`
const gflops = (value) => `${value.toFixed(1)} GFLOP/s`
const percent = (value) => `${(value * 100).toFixed(1)} %`

const turboNodes = NODES.filter((node) => carouselModes(node).includes('turbo'))
const bestMode = (node) => carouselModes(node).at(-1)
const carousel = (task, node, mode, threads) => `${task}/carousel/node${node}/${mode}/${threads}`

/** Why a row has no value, short enough for a pair: the tables above say what is missing and what brings it. */
const reason = (summary, id) => summary.reason(id).replace(/^(missing|failed):.*/s, '$1')

/** A row's median as one side of a pair. */
function side(summary, id, show = perSecond) {
  const row = summary.rows.find((each) => each.id === id)
  const value = summary.value(id)
  const threads = row ? `${row.peer.threads} thread${row.peer.threads > 1 ? 's' : ''}` : ''
  const label = row ? `${row.peer.label}, ${threads}` : id
  return { label, value, text: value === undefined ? reason(summary, id) : show(value) }
}

/** The fastest of several rows, by its median; the label says where some of them were not measured. */
function best(summary, ids) {
  const sides = ids.map((id) => side(summary, id))
  const measured = sides.filter(({ value }) => value !== undefined)
  const fastest = measured.sort((a, b) => b.value - a.value)[0]
  if (!fastest || measured.length === sides.length) return fastest ?? sides[0]
  return { ...fastest, label: `${fastest.label}, of ${measured.length} measured of ${sides.length}` }
}

function target(name, left, right, { atLeast, aim, show = times }) {
  const measured = left.value !== undefined && right.value !== undefined
  const ratio = measured ? left.value / right.value : undefined
  return {
    name,
    left,
    right,
    ratio,
    shown: measured ? show(ratio) : '–',
    atLeast: { wanted: show(atLeast), met: measured ? ratio >= atLeast : undefined },
    aim: { wanted: show(aim), met: measured ? ratio >= aim : undefined },
  }
}

const onOneThread = ['train/torch/1', 'train/keras/1']
const onAnyThreads = [...onOneThread, 'train/torch/2', 'train/keras/2']

const trainingTurbo = (summary) =>
  turboNodes.flatMap((node) => [
    target(
      `training, turbo, Node ${node}, 1 thread, to the better of PyTorch and TensorFlow on 1 thread`,
      side(summary, carousel('train', node, 'turbo', 1)),
      best(summary, onOneThread),
      { atLeast: 1.6, aim: 2 },
    ),
    target(
      `training, turbo, Node ${node}, 2 threads, to the best of their settings`,
      side(summary, carousel('train', node, 'turbo', 2)),
      best(summary, onAnyThreads),
      { atLeast: 1.4, aim: 2 },
    ),
  ])

const trainingRelaxed = (summary) =>
  target(
    'training, relaxed, Node 20, 1 thread, to the better of PyTorch and TensorFlow on 1 thread',
    side(summary, carousel('train', 20, 'relaxed', 1)),
    best(summary, onOneThread),
    { atLeast: 0.85, aim: 1 },
  )

const toTensorFlowJs = (summary) =>
  NODES.map((node) =>
    target(
      `training, the best mode of Node ${node}, to TensorFlow.js wasm, 1 thread each`,
      best(
        summary,
        carouselModes(node).map((mode) => carousel('train', node, mode, 1)),
      ),
      side(summary, `train/tfjs/node${node}/1`),
      { atLeast: 25, aim: 40 },
    ),
  )

/** Matrix products against the ceiling of their width, both as the step itself was profiled. */
const matrixProducts = (summary) =>
  NODES.map((node) => {
    const mode = bestMode(node)
    const id = carousel('profile', node, mode, 1)
    const width = mode === 'turbo' ? 256 : 128
    const value = summary.value(id, 'matrixGflops')
    const ceiling = summary.value(id, 'ceilingGflops')
    const left = { label: `matrix products in the step, ${mode}, Node ${node}`, value }
    const right = { label: `ceiling between the steps, ${width} bits, 1 thread`, value: ceiling }
    left.text = value === undefined ? reason(summary, id) : gflops(value)
    right.text = ceiling === undefined ? reason(summary, id) : gflops(ceiling)
    const wanted = { atLeast: 0.9, aim: node === 20 ? 0.93 : 0.96, show: percent }
    return target(
      `matrix products, ${mode}, Node ${node}, share of the ceiling of their width`,
      left,
      right,
      wanted,
    )
  })

/** The rest of a step: a share that must stay small, so met when it is at most the figure wanted. */
const everythingElse = (summary) =>
  NODES.map((node) => {
    const mode = bestMode(node)
    const id = carousel('profile', node, mode, 1)
    const rest = summary.value(id, 'otherSeconds')
    const step = summary.value(id, 'stepSeconds')
    const show = (seconds) =>
      seconds === undefined ? reason(summary, id) : `${(seconds * 1e3).toFixed(2)} ms`
    const left = { label: 'all but matrix products', value: rest, text: show(rest) }
    const right = { label: 'a step', value: step, text: show(step) }
    const ratio = rest === undefined || step === undefined ? undefined : rest / step
    const atMost = (limit) => ({
      wanted: `at most ${percent(limit)}`,
      met: ratio === undefined ? undefined : ratio <= limit,
    })
    return {
      name: `everything else in a step, ${mode}, Node ${node}`,
      left,
      right,
      ratio,
      shown: ratio === undefined ? '–' : percent(ratio),
      atLeast: atMost(0.15),
      aim: atMost(0.1),
    }
  })

/** What two threads gain, of what they gain on the yardstick in the same rounds. */
const twoThreads = (summary) =>
  NODES.map((node) => {
    const mode = bestMode(node)
    const [one, two] = [1, 2].map((threads) => carousel('train', node, mode, threads))
    const rounds = summary.roundsOf(one, two)
    const counted = rounds.length > 0
    const ratios = rounds.map(({ figures }) => figures[two].samplesPerSecond / figures[one].samplesPerSecond)
    const gained = counted ? median(ratios) : undefined
    const yardstick = counted ? summary.gain(rounds) : undefined
    return target(
      `2 threads to 1, ${mode}, Node ${node}, of the yardstick's own gain`,
      { label: 'training gains', value: gained, text: counted ? times(gained) : reason(summary, two) },
      { label: 'the yardstick gains', value: yardstick, text: times(yardstick ?? summary.gain()) },
      { atLeast: 0.9, aim: 0.97, show: percent },
    )
  })

const inference = (summary) =>
  turboNodes.flatMap((node) =>
    INFERENCE_BATCHES.map((batch) =>
      target(
        `inference, turbo, Node ${node}, batch ${batch}, to ONNX Runtime, 1 thread each`,
        side(summary, `${carousel('infer', node, 'turbo', 1)}/${batch}`),
        side(summary, `infer/onnxruntime/1/${batch}`),
        { atLeast: 1.1, aim: 1.35 },
      ),
    ),
  )

const newest = NODES.at(-1)

const family = (summary) =>
  Object.entries(JOBS).map(([job, { label }]) =>
    target(
      `training, turbo, Node ${newest}, ${label}, to the best of the peers, 1 thread each`,
      side(summary, carousel(`family/${job}`, newest, 'turbo', 1)),
      best(
        summary,
        ['torch/1', 'keras/1', `tfjs/node${newest}/1`].map((peer) => `family/${job}/${peer}`),
      ),
      { atLeast: 1.2, aim: 1.8 },
    ),
  )

const microseconds = (value) => `${(1e6 / value).toFixed(1)} µs`

/** The time of one step, which must stay small, so met when it is at most the figure wanted. */
const stream = (summary) => {
  const id = carousel('stream', newest, 'turbo', 1)
  const left = side(summary, id, microseconds)
  const right = side(summary, 'stream/onnxruntime/1', microseconds)
  const time = left.value === undefined ? undefined : 1e6 / left.value
  const atMost = (limit) => ({
    wanted: `at most ${limit} µs`,
    met: time === undefined ? undefined : time <= limit,
  })
  return {
    name: `one step of a stream, turbo, Node ${newest}, LSTM(128)`,
    left,
    right,
    ratio: time,
    shown: time === undefined ? '–' : microseconds(left.value),
    atLeast: atMost(8),
    aim: atMost(4),
  }
}

/** All targets that a run's rows bear on. */
export function evaluateTargets(summary) {
  const all = [
    ...trainingTurbo(summary),
    trainingRelaxed(summary),
    ...toTensorFlowJs(summary),
    ...matrixProducts(summary),
    ...everythingElse(summary),
    ...twoThreads(summary),
    ...inference(summary),
    ...family(summary),
    stream(summary),
  ]
  return all.filter(({ left, right }) => [left, right].every(({ text }) => text !== 'not asked for'))
}
