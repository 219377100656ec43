import { operation } from '../../packages/core/dist/ops/index.js'
import { resolveShape } from '../../packages/core/dist/program/program.js'
import { splitOf } from '../../packages/core/dist/program/schedule.js'
import { productsOf } from './products.mjs'

const PANEL = 16

/** What to call an instruction that is no product. */
function restOf({ op, scope }) {
  if (op === 'transpose') return 'transposes'
  if (scope === 'optimizer') return 'optimizer'
  return scope === 'loss' || scope === 'metrics' || op === 'softmax'
    ? 'softmax, loss and metrics'
    : 'other instructions'
}

/** Operands and results, by name. */
const valuesOf = ({ values }, { inputs, outputs }) => mapped({ ...inputs, ...outputs }, (id) => values[id])

const mapped = (entries, change) =>
  Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, change(entry)]))

/** Thread 0's part of an instruction: of the rows, or of the panels of its result. */
function shareOf(program, instruction, shapes, batch, shares) {
  const split = splitOf(program, operation(instruction.op), instruction)
  const columns = Object.keys(instruction.outputs).map((name) => shapes[name].at(-1))[0]
  const parts = split === 'rows' ? batch : Math.ceil(columns / PANEL)
  return Math.ceil(parts / shares) / parts
}

const sum = (values) => values.reduce((total, value) => total + value, 0)

/**
 * The lower decile: how long something takes undisturbed. Other programs only ever make it longer, and longer
 * instructions more often than short ones, which a median would show as theirs.
 */
export function undisturbed(times) {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 10)]
}

const typical = (samples, figure) => undisturbed(samples.map(figure)) / 1e9

/**
 * Where a training step's time goes on thread 0, from the profiles of many steps: the lower decile of each line.
 *
 * @param samples `{ instructions, products, between, packing, waiting, unpacking }` of each step, in nanoseconds
 * @returns `products`, each with its label, seconds and flops; `rest`, each with its label and seconds; their sums
 */
export function breakdown(program, samples, { batch, shares }) {
  const products = []
  const rest = new Map()
  const add = (label, seconds) => rest.set(label, (rest.get(label) ?? 0) + Math.max(seconds, 0))
  for (const [index, instruction] of program.instructions.entries()) {
    const seconds = typical(samples, ({ instructions }) => instructions[index])
    const values = valuesOf(program, instruction)
    const shapes = mapped(values, ({ shape }) => resolveShape(shape, { batch }))
    const found = productsOf(instruction, values, shapes)
    if (!found) {
      add(restOf(instruction), seconds)
      continue
    }
    const alone = found.rest ? typical(samples, (sample) => sample.products[index]) : seconds
    const flops = found.flops * shareOf(program, instruction, shapes, batch, shares)
    products.push({ label: `${instruction.scope}: ${found.label}`, seconds: alone, flops })
    if (found.rest) add(found.rest, seconds - alone)
  }
  add(
    'loading the batch',
    typical(samples, ({ packing }) => packing),
  )
  add(
    'reading loss and metrics',
    typical(samples, ({ unpacking }) => unpacking),
  )
  add(
    'barriers',
    typical(samples, ({ waiting }) => waiting),
  )
  add(
    'between steps',
    typical(samples, ({ between }) => between),
  )
  return summed(
    products,
    [...rest].map(([label, seconds]) => ({ label, seconds })),
  )
}

function summed(products, rest) {
  const productSeconds = sum(products.map(({ seconds }) => seconds))
  const otherSeconds = sum(rest.map(({ seconds }) => seconds))
  return {
    products,
    rest,
    productSeconds,
    otherSeconds,
    stepSeconds: productSeconds + otherSeconds,
    gflops: sum(products.map(({ flops }) => flops)) / productSeconds / 1e9,
  }
}
