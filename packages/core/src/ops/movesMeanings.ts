import type { flip } from './flip.ts'
import type {
  concat,
  matmul,
  pad,
  permute,
  repeat,
  repeatGradient,
  slice,
  sliceGradient,
  unfold,
  unfoldGradient,
  view,
} from './moves.ts'
import type { Float64Tensor, Meaning } from './op.ts'

// What the moves mean, in logical order.

/** Calls back for every entry of y: its place, its index along the axis, and where x's entry 0 of that line stands. */
function alongAxis(
  x: Float64Tensor,
  y: Float64Tensor,
  axis: number,
  body: (at: number, index: number, line: (index: number) => number) => void,
): void {
  const inner = y.shape.slice(axis + 1).reduce((product, size) => product * size, 1)
  const [long, short] = [y.shape[axis], x.shape[axis]]
  for (let at = 0; at < y.data.length; at++) {
    const outer = Math.floor(at / inner / long)
    body(at, Math.floor(at / inner) % long, (index) => (outer * short + index) * inner + (at % inner))
  }
}

const evaluateSlice: Meaning<typeof slice> = ({ x }, { y }, { axis, start }) => {
  const first = start < 0 ? x.shape[axis] + start : start
  alongAxis(x, y, axis, (at, index, line) => {
    y.data[at] = x.data[line(first + index)]
  })
}

const evaluateSliceGradient: Meaning<typeof sliceGradient> = ({ dy, like }, { dx }, { axis, start }) => {
  const first = start < 0 ? like.shape[axis] + start : start
  alongAxis(dy, dx, axis, (at, index, line) => {
    const from = index - first
    dx.data[at] = from >= 0 && from < dy.shape[axis] ? dy.data[line(from)] : 0
  })
}

const evaluatePad: Meaning<typeof pad> = ({ x }, { y }, { axis, before, value }) => {
  alongAxis(x, y, axis, (at, index, line) => {
    const from = index - before
    y.data[at] = from >= 0 && from < x.shape[axis] ? x.data[line(from)] : value
  })
}

const evaluateFlip: Meaning<typeof flip> = ({ x }, { y }, { axis }) => {
  alongAxis(x, y, axis, (at, index, line) => {
    y.data[at] = x.data[line(x.shape[axis] - 1 - index)]
  })
}

const evaluateConcat: Meaning<typeof concat> = ({ a, b }, { y }, { axis }) => {
  const size = a.shape[axis]
  alongAxis(a, y, axis, (at, index, line) => {
    if (index < size) y.data[at] = a.data[line(index)]
  })
  alongAxis(b, y, axis, (at, index, line) => {
    if (index >= size) y.data[at] = b.data[line(index - size)]
  })
}

const evaluateRepeat: Meaning<typeof repeat> = ({ x }, { y }, { axis, times }) => {
  alongAxis(x, y, axis, (at, index, line) => {
    y.data[at] = x.data[line(Math.floor(index / times))]
  })
}

const evaluateRepeatGradient: Meaning<typeof repeatGradient> = ({ dy }, { dx }, { axis, times }) => {
  alongAxis(dx, dy, axis, (at, index, line) => {
    dx.data[line(Math.floor(index / times))] += dy.data[at]
  })
}

const evaluatePermute: Meaning<typeof permute> = ({ x }, { y }, { axes }) => {
  const strides = x.shape.map((_, axis) =>
    x.shape.slice(axis + 1).reduce((product, size) => product * size, 1),
  )
  for (let at = 0; at < y.data.length; at++) {
    let rest = at
    let from = 0
    for (let axis = axes.length; axis > 0; axis--) {
      const source = axes[axis - 1]
      if (source > 0) from += (rest % y.shape[axis]) * strides[source]
      rest = Math.floor(rest / y.shape[axis])
    }
    y.data[at] = x.data[rest * strides[0] + from]
  }
}

/** The entries that meet: of x [B, T, C] at `at`, of the windows at `window`. */
function eachWindow(
  [B, T, C]: readonly number[],
  windows: number,
  { size, stride, dilation, before }: { size: number; stride: number; dilation: number; before: number },
  body: (window: number, at: number | null) => void,
): void {
  for (let b = 0; b < B; b++)
    for (let t = 0; t < windows; t++)
      for (let k = 0; k < size; k++)
        for (let c = 0; c < C; c++) {
          const step = t * stride + k * dilation - before
          const at = step >= 0 && step < T ? (b * T + step) * C + c : null
          body(((b * windows + t) * size + k) * C + c, at)
        }
}

const evaluateUnfold: Meaning<typeof unfold> = ({ x }, { y }, attributes) => {
  eachWindow(x.shape, y.shape[1], attributes, (window, at) => {
    y.data[window] = at === null ? attributes.value : x.data[at]
  })
}

const evaluateUnfoldGradient: Meaning<typeof unfoldGradient> = ({ dy }, { dx }, attributes) => {
  eachWindow(dx.shape, dy.shape[1], attributes, (window, at) => {
    if (at !== null) dx.data[at] += dy.data[window]
  })
}

const evaluateView: Meaning<typeof view> = ({ x }, { y }) => {
  y.data.set(x.data)
}

const evaluateMatmul: Meaning<typeof matmul> = ({ a, b }, { y }, { transposeA, transposeB }) => {
  const [B, T, S] = y.shape
  const K = a.shape[transposeA ? 1 : 2]
  for (let row = 0; row < B; row++)
    for (let t = 0; t < T; t++)
      for (let s = 0; s < S; s++) {
        let sum = 0
        for (let k = 0; k < K; k++)
          sum +=
            a.data[row * T * K + (transposeA ? k * T + t : t * K + k)] *
            b.data[row * K * S + (transposeB ? s * K + k : k * S + s)]
        y.data[(row * T + t) * S + s] = sum
      }
}

export const MOVES_MEANINGS: Readonly<Record<string, unknown>> = {
  slice: evaluateSlice,
  sliceGradient: evaluateSliceGradient,
  pad: evaluatePad,
  flip: evaluateFlip,
  concat: evaluateConcat,
  repeat: evaluateRepeat,
  repeatGradient: evaluateRepeatGradient,
  permute: evaluatePermute,
  unfold: evaluateUnfold,
  unfoldGradient: evaluateUnfoldGradient,
  view: evaluateView,
  matmul: evaluateMatmul,
}
