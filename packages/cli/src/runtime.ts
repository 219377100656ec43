import { type Engine, enableRelaxedSimd, enableTurbo, wasm } from '@carousel/core'
import { note } from './report/console.ts'

export interface EngineOptions {
  threads?: number
  /** Undefined: where it is to be had. */
  turbo?: boolean
}

/**
 * The engine of this process. The command owns its process, so it switches on what its V8 has behind flags; that has to
 * come before anything is compiled. The engine itself checks that the numbers are equal and takes what is fastest.
 */
export function openEngine({ threads, turbo }: EngineOptions = {}): Engine {
  enableRelaxedSimd()
  const hasTurbo = turbo !== false && enableTurbo()
  if (turbo && !hasTurbo) {
    note(`--turbo needs Node 24 or newer; this is ${process.version}, which goes on without.`)
  }
  return wasm(threads === undefined ? {} : { threads })
}
