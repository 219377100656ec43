// What is measured. A peer is a process: a program with its settings. A row is one figure of one peer; it is measured
// for its share of the seconds a row has.

import { JOBS } from './family.mjs'

export const NODES = [20, 24, 26]

/** The modes worth measuring on a Node, the fastest last. */
export const carouselModes = (node) => (node >= 24 ? ['simd', 'relaxed', 'turbo'] : ['simd', 'relaxed'])

const carousel = (node, mode, threads) => ({
  id: `carousel/node${node}/${mode}/${threads}`,
  label: `Carousel ${mode}, Node ${node}`,
  file: 'carousel.mjs',
  node,
  threads,
  options: { mode },
  short: (node === 26 && mode === 'turbo') || (node === 20 && mode === 'relaxed' && threads === 1),
})

const torch = (threads) => ({
  id: `torch/${threads}`,
  label: 'PyTorch',
  file: 'torch_peer.py',
  threads,
  options: {},
  short: true,
})

const keras = (threads) => ({
  id: `keras/${threads}`,
  label: 'Keras on TensorFlow',
  file: 'keras_peer.py',
  threads,
  options: {},
  short: true,
})

const tfjs = (node) => ({
  id: `tfjs/node${node}/1`,
  label: `TensorFlow.js wasm, Node ${node}`,
  file: 'tfjs.mjs',
  node,
  threads: 1,
  options: {},
  short: node === 26,
})

const onnxruntime = () => ({
  id: 'onnxruntime/1',
  label: 'ONNX Runtime (Node)',
  file: 'onnxruntime.mjs',
  threads: 1,
  options: { needsModel: true },
  short: true,
})

const train = (peer) => ({ id: `train/${peer.id}`, peer, cmd: 'train', message: {}, share: 1 })

export const INFERENCE_BATCHES = [1, 32, 1000]

const infer = (peer) =>
  INFERENCE_BATCHES.map((batch) => ({
    id: `infer/${peer.id}/${batch}`,
    peer,
    cmd: 'infer',
    message: { batch },
    share: 1 / 3,
  }))

const profile = (peer) => ({ id: `profile/${peer.id}`, peer, cmd: 'profile', message: {}, share: 1 / 3 })

const family = (peer) =>
  Object.keys(JOBS).map((job) => ({
    id: `family/${job}/${peer.id}`,
    peer,
    cmd: 'family',
    message: { job },
    share: 1 / 2,
  }))

const stream = (peer) => ({ id: `stream/${peer.id}`, peer, cmd: 'stream', message: {}, share: 1 / 6 })

/**
 * Every row: those of one thread first. `train/…/<threads>`, `infer/…/<threads>/<batch>`, `profile/…`,
 * `family/<job>/…/<threads>`, `stream/…/<threads>`.
 */
export function allRows() {
  const carousels = [1, 2].flatMap((threads) =>
    NODES.flatMap((node) => carouselModes(node).map((mode) => carousel(node, mode, threads))),
  )
  const oneThread = carousels.filter(({ threads }) => threads === 1)
  const best = oneThread.filter(({ node, options }) => options.mode === carouselModes(node).at(-1))
  const torches = [torch(1), torch(2)]
  const kerases = [keras(1), keras(2)]
  const tfjses = NODES.map(tfjs)
  const onnx = onnxruntime()
  const peers = [...torches, ...kerases, ...tfjses]
  const newest = best.at(-1)
  const rows = [
    ...[...carousels, ...peers].map(train),
    ...[...best, torches[0], onnx].flatMap(infer),
    ...best.map(profile),
    ...[newest, torches[0], kerases[0], tfjses.at(-1)].flatMap(family),
    ...[newest, onnx].map(stream),
  ]
  return rows.sort((a, b) => a.peer.threads - b.peer.threads)
}
