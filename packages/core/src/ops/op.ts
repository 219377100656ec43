import type { Builder } from '../program/builder.ts'
import type { Attributes, Instruction, Program, Value, ValueType } from '../program/program.ts'

/**
 * The contract of an operation: which operands it has, the types of its results, how its gradient is computed (by which
 * instructions). What it means, in plain float64 loops, stands beside it in the same file. `index.ts` lists the operations,
 * `meanings.ts` their meanings and `flops.ts` their costs, apart, so that who needs none of these does not download them.
 * How an engine computes it is the engine's business.
 */
export interface Op<I extends string = string, O extends string = string, A extends Attributes = Attributes> {
  readonly name: string
  /** Operand names, in the order of documentation; those in `optional` may be absent. */
  readonly inputs: readonly I[]
  readonly optional?: readonly I[]
  readonly outputs: readonly O[]
  /** Has as many operands and results as its attributes ask for; both lists are empty then. */
  readonly open?: true
  /**
   * Types of the results; a result may be left out where the attributes make it meaningless. Throws where operands do
   * not fit: a layer should have said it earlier, in the user's words.
   */
  infer(inputs: Types<I>, attributes: A): Readonly<Partial<Record<O, ValueType>>>
  /**
   * How the work may be cut among threads. rows: each thread takes some of the batch's rows and runs all their time
   * steps. panels: each takes some panels of 16 columns of the results, over all rows. elements: rows where the result
   * has rows, otherwise panels, of the operands alike. alone: one thread does the whole.
   */
  readonly split: 'rows' | 'panels' | 'elements' | 'alone'
  /** With split 'panels': the operands of which a thread touches its own panels alone (others it reads whole). */
  readonly own?: readonly I[]
  /** Operands of which the shape alone matters: nothing is read of them, and no gradient flows back to them. */
  readonly shapeOnly?: readonly I[]
  /** Operands that are changed in place (optimizers). */
  readonly updates?: readonly I[]
  /** Results that the kernel needs as working memory even when nobody reads them: so many time steps of room each. */
  readonly rolling?: Partial<Readonly<Record<O, number>>>
  /** A run stops after this instruction where this result is 0. */
  readonly halts?: O
  /** A result that may overwrite an operand which nobody reads later: result → operand. */
  readonly inPlace?: Partial<Readonly<Record<O, I>>>
  /** Of the program among its attributes, what it must run so that these results come out. */
  inner?(program: Program, results: ReadonlySet<string>): Program
  /** Is this input of the program among its attributes the operand of the same name, as it lies in memory? */
  lends?(input: string): boolean
  /** Emits the instructions of the gradient; returns the gradient of each operand that has one. Absent: not differentiable. */
  gradient?(context: GradientContext<I, O, A>): Partial<Record<I, Value>>
}

type Types<I extends string> = Readonly<Record<I, ValueType>>
type Arrays<I extends string> = Readonly<Record<I, Float64Tensor>>

/**
 * What an operation means: reads `inputs`, fills `outputs` (allocated, zero). Int32 operands come as whole numbers.
 * Stands beside its operation, under `evaluate…`, and in `meanings.ts`.
 */
export type Meaning<T> =
  T extends Op<infer I, infer O, infer A>
    ? (
        inputs: Arrays<I>,
        outputs: Readonly<Record<O, Float64Tensor>>,
        attributes: A,
        run?: RunProgram,
      ) => void
    : never

/** Runs a program that an operation holds: its values by id. Inputs that are not given are zero. */
export type RunProgram = (
  program: Program,
  inputs: Readonly<Record<string, Float64Tensor>>,
) => ReadonlyMap<number, Float64Tensor>

/** The reference engine's array: row-major in the logical shape. */
export interface Float64Tensor {
  readonly shape: readonly number[]
  readonly data: Float64Array
  /** The type of the value it holds: tells a batch's rows from a parameter's. */
  readonly type?: ValueType
}

export interface GradientContext<I extends string, O extends string, A extends Attributes> {
  readonly inputs: Readonly<Record<I, Value>>
  readonly outputs: Readonly<Record<O, Value>>
  readonly attributes: A
  /** d loss / d output, for the outputs that the loss depends on; absent otherwise. */
  readonly outputGradients: Partial<Readonly<Record<O, Value>>>
  /** Is this operand's gradient asked for? Spares work, e.g. the gradient of a model's input. */
  needs(input: I): boolean
  readonly emit: Emit
  /** An instruction like this one on other operands; returns its results. */
  again(instruction: Instruction, inputs: Readonly<Record<string, Value>>): Record<string, Value>
  /** A builder that goes on from a program's values and instructions. */
  goOn(program: Program): Builder
  /** `differentiate` itself, for an operation that holds a program. */
  differentiate(
    builder: Builder,
    seeds: ReadonlyMap<Value, Value>,
    wanted: readonly Value[],
  ): ReadonlyMap<Value, Value>
}

/** Appends an instruction and returns its results. Optional operands may be given as undefined. */
export type Emit = <I extends string, O extends string, A extends Attributes>(
  op: Op<I, O, A>,
  inputs: Partial<Readonly<Record<I, Value | undefined>>>,
  attributes: A,
) => Record<O, Value>
