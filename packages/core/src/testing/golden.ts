import { readFileSync } from 'node:fs'
import type { Json } from '../config/keras.ts'
import type { Tensor } from '../data/tensor.ts'
import type { Job } from './jobs.ts'

/** A tensor in a golden file: int32 where it says so, otherwise decimals that stand for numbers. */
export interface GoldenTensor {
  readonly shape: readonly number[]
  readonly dtype?: 'int32'
  readonly data: readonly number[]
}

/** A job, and of what Keras answered in float64 what is compared here. The form: test/golden/README.md. */
export interface GoldenCase {
  readonly name: string
  readonly job: Job
  readonly answer: {
    readonly gradients?: {
      readonly loss: number
      readonly weights: Readonly<Record<string, GoldenTensor>>
      readonly input?: GoldenTensor
    }
    readonly training?: { readonly optimizer?: Readonly<Record<string, GoldenTensor>> }
  }
  /** By part: how far Keras's own float32 answer is from the float64 one. */
  readonly float32Deviation: { readonly gradients?: number; readonly training?: number }
}

/** A file of test/golden by its name. */
export function readGolden<T>(name: string): T {
  const path = new URL(`../../../../test/golden/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8')) as T
}

/** The cases of the files of these names, each named after its file too. */
export function goldenCases(...files: readonly string[]): GoldenCase[] {
  return files.flatMap((file) =>
    readGolden<{ cases: readonly GoldenCase[] }>(file).cases.map((found) => ({
      ...found,
      name: `${file}: ${found.name}`,
    })),
  )
}

/** As models take it: the decimals become float32 first, as they did on Keras's side. */
export function tensorOf({ shape, dtype, data }: GoldenTensor): Tensor {
  return { shape, data: dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data) }
}

/** Keras's JSON form of everything that has one (test/golden/configuration.py). */
export interface GoldenConfigurations {
  readonly models: Readonly<
    Record<string, { json: Json; weights: readonly { path: string; shape: readonly number[] }[] }>
  >
  readonly layers: Readonly<Record<string, Json>>
  readonly optimizers: Readonly<Record<string, Json>>
  readonly losses: Readonly<Record<string, Json>>
  readonly metrics: Readonly<Record<string, Json>>
  readonly initializers: Readonly<Record<string, Json>>
}
