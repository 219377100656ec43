import { platform } from '#engine-platform'
import type { Engine, Machine } from '../engine.ts'
import { choose } from './choose.ts'
import { MOST_THREADS } from './control.ts'
import { LocalMachine } from './machine.ts'
import { Pool } from './pool.ts'

export interface WasmOptions {
  /** Most threads to use, the calling one included. Default: as many as can run at once, at most 8. */
  threads?: number
  /** Which binary of kernels. auto: the fastest that runs here. */
  kernels?: 'auto' | 'simd' | 'relaxed' | 'turbo'
  /** Most bytes of memory to use. */
  memoryLimit?: number
  /** Collect where the time of every run goes. */
  profile?: boolean
}

export { enableRelaxedSimd, enableTurbo } from './v8.ts'

const pool = new Pool()

export function wasm(options: WasmOptions = {}): Engine {
  const { threads = Math.min(platform.parallelism, 8), kernels = 'auto', memoryLimit, profile } = options
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw new RangeError(`threads must be a whole number from 1 to ${MOST_THREADS}; got ${threads}`)
  }
  return {
    name: 'wasm',
    async open(): Promise<Machine> {
      const choice = await choose(kernels)
      const note = `threads: at most ${threads} of ${platform.parallelism} that can run at once`
      return new LocalMachine({ ...choice, notes: [...choice.notes, note], pool, threads, memoryLimit, profile })
    },
  }
}
