import { pool as common, type Pool } from '../engines/wasm/pool.ts'

const PATIENCE = 30_000

/** Resolves when so many threads are there, the calling one included: before that, it does the others' work. */
export async function ready(threads: number, pool: Pool = common): Promise<void> {
  const start = performance.now()
  while (!pool.has(threads)) {
    if (performance.now() - start > PATIENCE)
      throw new Error(`${threads - 1} worker threads were not there after ${PATIENCE / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
