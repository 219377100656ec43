import type { Extents, Program, ValueType } from '../program/program.ts'

/**
 * The contract between training and whatever computes. An engine opens a machine for a model; the machine keeps the
 * model's persistent values (parameters, slots) by name and runs any number of programs over them.
 *
 * Numbers cross this border in logical order: row-major, batch first, shapes as in the program.
 */
export interface Engine {
  readonly name: string
  open(): Promise<Machine>
  /** A machine of one thread, on the calling one: its runs are no promises. Absent: `open` gives such a machine. */
  openHere?(): Promise<Machine>
}

/** Multiply-add rounded once (fused), twice (unfused), or in double precision. The same arithmetic gives the same bits. */
export type Arithmetic = 'fused' | 'unfused' | 'float64'

export type Numbers = Float32Array | Int32Array | Uint8Array | Float64Array

export interface Machine {
  readonly arithmetic: Arithmetic
  /** What runs the programs, and why: one line each, for `explain`. */
  readonly notes: readonly string[]
  /**
   * Plans a program for at most these sizes. Persistent values it names are shared with the machine's other programs;
   * those seen for the first time start at zero.
   */
  load(program: Program, bounds: Extents): Promise<Executable>
  /** A persistent value, in logical order. */
  read(name: string): Promise<Float32Array>
  write(name: string, data: Numbers): Promise<void>
  /** Gives up these states, which no program that still runs has. */
  release(names: readonly string[]): Promise<void>
  /** Keeps a copy of these persistent values for one of the machine's models, in place of the one kept before. */
  snapshot(model: string, names: readonly string[]): Promise<void>
  /** Puts the model's copy back. Those of these values that are not in it came later: zero again as at their start. */
  restore(model: string, names: readonly string[]): Promise<void>
}

/** Entries for an input: the rows `rows` of `data` (in that order), or its first rows. Shapes as the input's, by row. */
export interface Feed {
  data: Numbers
  rows?: Int32Array
}

export interface Executable {
  /**
   * Runs the program once for these counts (each at most its bound).
   *
   * @param feeds by input name; an input that is not fed keeps what it held
   * @param fetches filled with the outputs of these names, in logical order; long enough for the counts
   * @returns COMPLETED, or the index of the instruction that halted the run (`Op.halts`). A promise only where the
   *   work happens in another thread: callers await what is thenable and nothing else, so that a step allocates nothing.
   */
  run(
    counts: Extents,
    feeds: Readonly<Record<string, Feed>>,
    fetches: Readonly<Record<string, Float32Array>>,
  ): number | Promise<number>
  /**
   * After a run that halted: runs again one instruction at a time, up to the one that halted, and returns the name
   * of the first value that is not finite (an input, a parameter or a result), or null.
   */
  firstNonFinite(counts: Extents, feeds: Readonly<Record<string, Feed>>): Promise<string | null>
  /** How each instruction is computed. */
  explain(): Promise<Explanation>
}

export const COMPLETED = -1

export interface Explanation {
  /** Bytes of the arena that holds intermediate values and inputs. */
  readonly arenaBytes: number
  /** Bytes of parameters, slots and the like. */
  readonly persistentBytes: number
  readonly instructions: readonly InstructionExplanation[]
}

export interface InstructionExplanation {
  readonly op: string
  readonly scope: string
  /** The instructions between two barriers carry the same number. */
  readonly phase: number
  readonly kernel: string
  /** Why this kernel, in a few words. */
  readonly reason: string
  readonly flops: number
  /** Bytes read and written, each value counted once. */
  readonly bytes: number
  readonly results: readonly (ValueType & { readonly name: string })[]
  /** Of an instruction that runs a program at every step: what it does in one. */
  readonly step?: readonly InstructionExplanation[]
}
