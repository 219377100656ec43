import type { Plan } from '../../program/plan.ts'
import type { Extents, Value } from '../../program/program.ts'
import type { Arithmetic, Executable } from '../engine.ts'
import type { Binary } from './binaries.ts'
import type { Crew, Pool } from './pool.ts'

/** What a machine is made of. */
export interface Parts {
  readonly binary: Binary
  readonly module: WebAssembly.Module
  readonly arithmetic: Arithmetic
  readonly notes: readonly string[]
  readonly pool: Pool
  readonly threads: number
  /** Most bytes of memory to use. */
  readonly memoryLimit?: number
  /** What programs become, where not a `LocalExecutable`. */
  readonly Executable?: new (
    ground: Ground,
    plan: Plan,
  ) => Executable
}

/** A machine as its executables see it: where they are written and run. */
export interface Ground extends Crew {
  readonly parts: Parts
  /** Rows and columns of the tiles in which matrix products run. */
  readonly tile: readonly [number, number]
  readonly persistentBytes: number
  /**
   * Who ran last. All executables of a machine work in one arena, each in a plan of its own, so only what the last one
   * left there can be made out: an input that is not fed keeps what it held for that one alone, the others must be fed
   * anew. An executable compares this with itself before a run, and puts itself here.
   */
  last: unknown
  /** Where the arena of at least so many bytes begins. It moves when it grows, and takes along what it holds. */
  arena(bytes: number): number
  /** The address of a persistent value; room for it where it is seen for the first time. */
  persistent(value: Value, bounds: Extents): number
  /** By number; each of the binaries has a switch of its own for products alone (`onlyProducts`). */
  readonly kernelNames: readonly string[]
  /** How many of the kernels are the first binary's. */
  readonly baseKernels: number
  kernelNumber(kernel: string): number
  /** The memory as numbers of the value's type. */
  view(value: Value): Float32Array | Int32Array
}
