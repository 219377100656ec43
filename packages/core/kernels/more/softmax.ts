// What softmax alone hands back; with cross-entropy it is told from the logits, in `../softmax.ts`. B rows, T steps, N columns.

import { clearPads, eachRow, element, Rowwise } from '../rowwise'

/** y = a ⊙ (b − Σ a ⊙ b): a is softmax's result, b the gradient that reaches it. */
export function softmaxGradient(address: usize, from: i32, to: i32): void {
  eachRow(address, from, to, (d: Rowwise, p: usize, dp: usize, c: usize, dx: usize) => {
    let dot: f64 = 0
    for (let n = 0; n < d.columns; n++) {
      dot += <f64>load<f32>(element(p, d.aPanel, n)) * <f64>load<f32>(element(dp, d.bPanel, n))
    }
    for (let n = 0; n < d.columns; n++) {
      const difference = <f64>load<f32>(element(dp, d.bPanel, n)) - dot
      store<f32>(element(dx, d.yPanel, n), <f32>(<f64>load<f32>(element(p, d.aPanel, n)) * difference))
    }
    clearPads(dx, d.yPanel, d.columns)
  })
}
