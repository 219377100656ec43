import type { Encoders } from './operands.ts'

/** Units of one gate block. */
const unitsOf = ({ columns, gates }: { readonly columns: number; readonly gates: number }) => columns / gates

/** Matrix products over all steps, and what prepares them. */
export const matrices: Encoders = {
  dense: {
    tiled: true,
    encode: ({ sequence, matrix, layout, steps }) => [
      steps('y'),
      ...sequence('x'),
      unitsOf(layout('x')),
      layout('x').gates,
      ...matrix('kernel'),
      ...matrix('bias'),
      ...sequence('y'),
      layout('y').panels,
    ],
  },

  weightGradient: {
    tiled: true,
    encode: ({ sequence, matrix, layout, steps, rows }, { shift, reverse }) => [
      steps('dy'),
      rows('dy'),
      Number(shift),
      Number(reverse),
      ...sequence('x'),
      ...matrix('initial'),
      layout('x').columns,
      ...sequence('dy'),
      ...matrix('dKernel'),
      ...matrix('dBias'),
    ],
  },

  transpose: {
    encode: ({ matrix, layout }) => [...matrix('x'), layout('x').panels, ...matrix('y')],
  },
}
