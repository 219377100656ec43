import type { Kernel } from './script.ts'

/** A binary over a memory: its kernels by number, and where the memory is free. */
export interface Instance {
  readonly kernels: readonly Kernel[]
  readonly start: number
}

/** Every thread makes its own of the same module, so that a kernel has the same number in all of them. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Instance {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const arenaStart = exports.arenaStart as () => number
  return { kernels: kernelNames(module).map((name) => exports[name] as Kernel), start: arenaStart() }
}

export function kernelNames(module: WebAssembly.Module): string[] {
  return WebAssembly.Module.exports(module).flatMap(({ kind, name }) => (kind === 'function' ? [name] : []))
}
