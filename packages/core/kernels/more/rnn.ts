// Simple RNN forward: h = activation(bias + x·W + h₋·U); h = h₋ at a masked step. B batch, T time, I input, H units.
// Split by rows: a call runs all steps of its rows.
import { ROW, ZEROS, copyRows, panelsOf, rowBlocks } from '../layout'
import { holdRows, maskAt } from '../hold'
import { productsOnly } from '../parts'
import { activatePanels, contractTwo } from './base'
import { Forward } from '../recurrent'

export function rnn(d: usize, from: i32, to: i32): void {
  for (let blocks = rowBlocks(to - from); blocks > 0; blocks--) {
    const rows = (to - from) / blocks
    sequence(changetype<Forward>(d), from, rows)
    from += rows
  }
}

/** All steps of `rows` rows; h's own place holds the sums until they are activated. */
function sequence(o: Forward, from: i32, rows: i32): void {
  const offset = <usize>from * ROW
  const steps = load<i32>(o.steps)
  const blocks = panelsOf(o.units)
  const bias = o.bias ? o.bias : ZEROS
  const biasPanel = o.bias ? o.biasPanel : 0
  let hBefore = o.h0 ? o.h0 + offset : 0
  let hBeforePanel = o.h0Panel
  for (let step = 0; step < steps; step++) {
    const t = o.reverse ? steps - 1 - step : step
    const x = o.x + <usize>t * o.xStep + offset
    const h = o.hs + <usize>(t % o.hsRing) * o.hsStep + offset
    contractTwo(
      h, o.hsPanel, bias, biasPanel, 0,
      x, o.xPanel, o.inputs, o.kernel, o.kernelPanel,
      hBefore, hBeforePanel, hBefore ? o.units : 0, o.recurrentKernel, o.recurrentKernelPanel,
      rows, blocks,
    )
    if (!productsOnly) activatePanels(o.activation, h, o.hsPanel, h, o.hsPanel, rows * ROW, blocks)
    const mask = maskAt(o.mask, o.maskStep, t, from)
    if (mask) holdRows(mask, rows, h, o.hsPanel, hBefore, hBeforePanel, blocks)
    hBefore = h
    hBeforePanel = o.hsPanel
  }
  if (o.hLast) copyRows(o.hLast + offset, o.hLastPanel, hBefore, hBeforePanel, rows, blocks)
}
