import type { Meaning, Op } from './op.ts'
import { columns, requireInt32 } from './shapes.ts'

/** y = the table's rows of these ids. ids int32 [B, …], table [V, N], y [B, …, N]. Ids are checked before they come here. */
export const embedding: Op<'ids' | 'table', 'y'> = {
  name: 'embedding',
  inputs: ['ids', 'table'],
  outputs: ['y'],
  split: 'rows',

  infer({ ids, table }) {
    requireInt32('embedding', 'ids', ids)
    return { y: { shape: [...ids.shape, columns(table)], dtype: 'float32' } }
  },

  gradient({ inputs: { ids, table }, outputGradients: { y: dy }, emit }) {
    const size = table.shape[0]
    if (typeof size !== 'number')
      throw new Error("operation 'embedding': the table must have a fixed number of rows")
    return { table: emit(embeddingGradient, { ids, dy }, { size }).dTable }
  },
}

export const evaluateEmbedding: Meaning<typeof embedding> = ({ ids, table }, { y }) => {
  const N = table.shape[1]
  for (const [i, id] of ids.data.entries()) y.data.set(table.data.subarray(id * N, (id + 1) * N), i * N)
}

/**
 * dTable [size, N]: row v is the sum of dy where the id is v, steps ascending, then rows ascending, whatever the number
 * of threads; rows that no id names are zero.
 */
export const embeddingGradient: Op<'ids' | 'dy', 'dTable', { readonly size: number }> = {
  name: 'embeddingGradient',
  inputs: ['ids', 'dy'],
  outputs: ['dTable'],
  split: 'panels',

  infer({ dy }, { size }) {
    return { dTable: { shape: [size, columns(dy)], dtype: 'float32' } }
  },
}

export const evaluateEmbeddingGradient: Meaning<typeof embeddingGradient> = ({ ids, dy }, { dTable }) => {
  const N = dTable.shape[1]
  const B = ids.shape[0]
  const T = ids.data.length / B
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      const row = b * T + t
      for (let n = 0; n < N; n++) dTable.data[ids.data[row] * N + n] += dy.data[row * N + n]
    }
  }
}
