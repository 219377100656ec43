import { type Case, defineCase, float, uniform } from './case.ts'

/** Products of weights. */
export const PRODUCT_CASES: readonly Case[] = [
  ...[
    [1, 1, 1],
    [5, 33, 18],
    [17, 16, 3],
  ].map(([K, L, N]) =>
    defineCase({
      name: `product: [${K}, ${L}] · [${L}, ${N}]`,
      op: 'product',
      operands: { a: float([K, L]), b: float([L, N]) },
      differentiable: ['y'],
      counts: {},
    }),
  ),
  defineCase({
    name: 'product: with gate blocks',
    op: 'product',
    operands: {
      a: float([5, 57], uniform(-1, 1), { gates: 3 }),
      b: float([57, 18], uniform(-1, 1), { rowGates: 3 }),
    },
    differentiable: ['y'],
    counts: {},
  }),
]
