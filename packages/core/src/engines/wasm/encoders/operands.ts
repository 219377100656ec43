import { KERNEL_ACTIVATIONS, type KernelActivation } from '../../../ops/kernelActivations.ts'
import type { Layout } from '../../../program/layout.ts'
import type { Attributes, Dim, ValueType } from '../../../program/program.ts'

/** What an encoder asks about the operands and results of its instruction, by name. */
export interface Operands {
  /** Address, 0 for what is absent or needed by nobody. */
  pointer(name: string): number
  layout(name: string): Layout
  /** Address and bytes from panel to panel; zeros for what is absent. */
  matrix(name: string): readonly [number, number]
  /** Address, bytes from panel to panel and from step to step; zeros for what is absent. */
  sequence(name: string): readonly [number, number, number]
  /** The value's type; undefined for what is absent. */
  type(name: string): ValueType | undefined
  /** A count of neighbouring axes between rows and columns: the number, or 0 and the address of its word. */
  count(dims: readonly Dim[]): readonly [number, number]
  /** Does anybody read this result? A kernel's working memory has a place even if not. */
  isRead(name: string): boolean
  /** Has this value one entry a sample, so that it may be cut by rows? */
  isBatch(name: string): boolean
  /** Addresses of the words that hold the counts of rows and of steps at run time. */
  rows(name: string): number
  steps(name: string): number
}

/** How the kernel of the same name as the operation, or of this name, is told. */
export interface Encoder {
  readonly kernel?: string
  /** Is its time that of matrix products, which run in tiles? */
  readonly tiled?: boolean
  /** The words of its descriptor, in the order of the class in `kernels/`. */
  encode(operands: Operands, attributes: Attributes): readonly number[]
}

export type Encoders = Readonly<Record<string, Encoder>>

const scratch = new DataView(new ArrayBuffer(4))

/** A float32 as the word that holds its bits. */
export function float32Word(x: number): number {
  scratch.setFloat32(0, x)
  return scratch.getInt32(0)
}

export function word(condition: boolean): number {
  return condition ? 1 : 0
}

/** The activations' codes in `kernels/activations.ts`. */
export function activationCode(name: Attributes[string]): number {
  return KERNEL_ACTIVATIONS.indexOf(name as KernelActivation)
}

/** A sequence and how many of its steps are kept: step t lies in slot t mod ring. */
export function ring({ sequence, layout }: Operands, name: string): readonly number[] {
  return [...sequence(name), layout(name).steps]
}

/** The mask's address and bytes from step to step; zeros where there is none. */
export function mask({ sequence }: Operands): readonly number[] {
  const [address, , step] = sequence('mask')
  return [address, step]
}
