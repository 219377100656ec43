import { open } from '#engine/open'
import { type Check, checkOptions, oneOf, positiveInteger } from '../../config/options.ts'
import type { Engine } from '../engine.ts'
import { MOST_THREADS, type Settings } from './settings.ts'

export { enableRelaxedSimd, enableTurbo } from './v8.ts'

export interface WasmOptions {
  /** Most threads to use, the calling one included. Default: as many as can run at once, at most 8. */
  threads?: number
  /** Which binary of kernels. auto, the default: the fastest that runs here. */
  kernels?: 'auto' | 'simd' | 'relaxed' | 'turbo'
  /** Most bytes of memory to use. Default: as many as can be had. */
  memoryLimit?: number
}

/** The engine that computes with WebAssembly kernels on all cores; a page's own thread stays free. */
export function wasm(options: WasmOptions = {}): Engine {
  const spec = {
    threads: isThreads,
    kernels: oneOf(['auto', 'simd', 'relaxed', 'turbo']),
    memoryLimit: positiveInteger,
  }
  checkOptions({ where: 'wasm', options: spec }, options)
  const { threads, kernels = 'auto', memoryLimit } = options
  const settings: Settings = { threads, kernels, memoryLimit }
  return {
    name: 'wasm',
    open: () => open(settings),
    // a page downloads it when it first asks
    openHere: async () => (await import('./here.ts')).openLocal({ ...settings, threads: 1 }),
  }
}

const isThreads: Check = (value) =>
  positiveInteger(value) === null && Number(value) <= MOST_THREADS
    ? null
    : `a whole number from 1 to ${MOST_THREADS}`
