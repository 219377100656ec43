import { show } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import type { Engine } from './engine.ts'
import { wasm } from './wasm/index.ts'

let current: Engine | null = null

/** The engine of models that are not given one: wasm, with its default options, unless another was set. */
export function defaultEngine(): Engine {
  if (!current) current = wasm()
  return current
}

/** Sets the engine of all models made from now on. */
export function setDefaultEngine(engine: Engine): void {
  if (typeof engine?.open !== 'function')
    throw new OptionError(`setDefaultEngine: expected an engine, e.g. wasm(); got ${show(engine)}`)
  current = engine
}
