import type { Kernel } from './script.ts'

/** A binary over a memory: its kernels by number, and where the memory is free. */
export interface Instance {
  readonly kernels: readonly Kernel[]
  readonly start: number
  /** Rows and columns of the tiles in which matrix products run. */
  readonly tile: readonly [number, number]
}

/** Every thread makes its own of the same module, so that a kernel has the same number in all of them. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Instance {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const arenaStart = exports.arenaStart as () => number
  const { value: rows } = exports.TILE_ROWS as WebAssembly.Global
  const { value: bytes } = exports.TILE_BYTES as WebAssembly.Global
  return {
    kernels: kernelNames(module).map((name) => exports[name] as Kernel),
    start: arenaStart(),
    tile: [rows, bytes / 4],
  }
}

export function kernelNames(module: WebAssembly.Module): string[] {
  return WebAssembly.Module.exports(module).flatMap(({ kind, name }) => (kind === 'function' ? [name] : []))
}
