// The matrix products inside instructions: what to call them, how many multiply-adds they take, and what else their
// instruction does. B batch, T steps, I inputs, H units. Training begins without a state, so what meets h₋ has T − 1
// steps.

const forward = (gates) => ({
  label: 'x·W + h₋·U',
  rest: 'gates, forward',
  multiplyAdds: ({ x: [B, T, I], hLast: [, H] }) => B * gates * H * (T * I + (T - 1) * H),
})

const backward = (multiplyAdds) => ({ label: 'dz·Uᵀ', rest: 'gates, backward', multiplyAdds })

const BY_OP = {
  lstm: () => forward(4),
  gru: () => forward(3),
  rnn: () => forward(1),
  lstmBackward: () => backward(({ c: [B, T, H] }) => B * (T - 1) * 4 * H * H),
  // With the reset gate before the product, the candidate's block runs at the first step too.
  gruBackward: ({ resetAfter }) =>
    backward(({ h: [B, T, H] }) => B * (3 * (T - 1) + (resetAfter ? 0 : 1)) * H * H),
  rnnBackward: () => backward(({ h: [B, T, H] }) => B * (T - 1) * H * H),
  gruRecurrentGradient: () => ({
    label: 'dU',
    multiplyAdds: ({ h: [B, T, H] }) => B * (3 * T - 2) * H * H,
  }),
  weightGradient: ({ shift }) => ({
    label: shift ? 'dU = Σ h₋ᵀ·dz' : 'dW = Σ xᵀ·dz',
    rest: 'sums for bias gradients',
    multiplyAdds: ({ x, dy }) => x.at(-1) * sizeOf(shift ? [dy[0], dy[1] - 1, dy[2]] : dy),
  }),
  dense: (_, { kernel }) => ({
    label: kernel.role === 'parameter' ? 'x·W' : 'dy·Wᵀ',
    multiplyAdds: ({ x, y }) => x.at(-1) * sizeOf(y),
  }),
}

const sizeOf = (shape) => shape.reduce((product, dim) => product * dim, 1)

/**
 * The products of an instruction, or undefined where it has none.
 *
 * @param values its operands and results, by name
 * @param shapes theirs, by name
 * @returns what to call them; `flops`; and `rest`, the name of what else it does, where it does anything else
 */
export function productsOf({ op, attributes }, values, shapes) {
  const products = BY_OP[op]?.(attributes, values)
  return products && { ...products, flops: 2 * products.multiplyAdds(shapes) }
}
