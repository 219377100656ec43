// The jobs beside the seed job: what each trains on. Their numbers are made up, since they change no time; every peer
// makes its own of these shapes.

/** Of all jobs: samples that there are. */
export const SAMPLES = 2048

/**
 * `shape`: of one sample. `ids`: it is ids below this rather than numbers. `masked`: sequences of half the steps up to
 * all, the rest zeros. `classes`: of the labels; 1 is a label that is 0 or 1.
 */
export const JOBS = {
  bidirectional: {
    label: '2 × Bidirectional(LSTM(64)), 100 steps, masked',
    batch: 32,
    shape: [100, 32],
    masked: true,
    classes: 10,
  },
  gru: { label: 'GRU(128), 28 rows of 28', batch: 32, shape: [28, 28], classes: 10 },
  stacked: { label: '2 × LSTM(256), 28 rows of 28', batch: 32, shape: [28, 28], classes: 10 },
  text: { label: 'Embedding(64) + LSTM(128), 200 steps', batch: 64, shape: [200], ids: 10_000, classes: 1 },
}

/** What was measured streams rows of 28 through the seed job's model, one step at a time. */
export const STREAM_LABEL = 'LSTM(128) + Dense(10), one step'

const size = (shape) => shape.reduce((product, dim) => product * dim, 1)

/** A linear congruential generator's numbers in 0..1. */
function generator() {
  let state = 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Samples and labels of a job; labels of classes are one-hot. */
export function dataOf({ shape, ids, masked, classes }) {
  const next = generator()
  const width = size(shape)
  const x = new (ids ? Int32Array : Float32Array)(SAMPLES * width)
  for (let row = 0; row < SAMPLES; row++) {
    const kept = masked ? Math.ceil((shape[0] * (1 + next())) / 2) * (width / shape[0]) : width
    for (let i = 0; i < kept; i++) x[row * width + i] = ids ? Math.floor(next() * ids) : next()
  }
  const y = new Float32Array(SAMPLES * classes)
  for (let row = 0; row < SAMPLES; row++) {
    if (classes > 1) y[row * classes + Math.floor(next() * classes)] = 1
    else y[row] = next() < 0.5 ? 1 : 0
  }
  return { x, y }
}
