import type { Kernel } from './script.ts'

/** Below this address lie the kernels' constants: those of the first binary, then those of the second. */
export const CONSTANTS_END = 16384

/** A binary over a memory. */
export interface Instance {
  readonly exports: WebAssembly.Exports
  readonly kernels: readonly Kernel[]
  /** The names under which it exports them. */
  readonly names: readonly string[]
}

/**
 * Every thread makes its own of the same modules in the same order, so that a kernel has the same number in all of them.
 *
 * @param base exports of the first binary's instance, for the second
 */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  base: WebAssembly.Exports = {},
): Instance {
  const { exports } = new WebAssembly.Instance(module, { env: { memory }, base })
  const names = WebAssembly.Module.exports(module).flatMap(({ kind, name }) =>
    kind === 'function' ? [name] : [],
  )
  return { exports, kernels: names.map((name) => exports[name] as Kernel), names }
}
