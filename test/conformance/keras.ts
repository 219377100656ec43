// What test/golden/README.md describes, as types: jobs for Keras, its answers, and the files of golden cases.

import { readFileSync } from 'node:fs'
import { inRepository, Peer } from './peer.ts'

/** An array in JSON: row-major. Without a dtype its numbers mean float32s: `Math.fround`. */
export interface JsonTensor {
  shape: number[]
  dtype?: 'int32'
  data: number[]
}

/** A layer, an optimizer or a loss: Keras's class and those of its options that differ from the defaults. */
export interface KerasSpec {
  class_name: string
  config?: Record<string, unknown>
}

export type Part = 'outputs' | 'evaluation' | 'gradients' | 'training' | 'slots'

/** A model, its weights and data, and what is wanted of it. */
export interface Job {
  id?: string | number
  /** Either a plain list of layers with `inputShape`, or `model`: Keras's own JSON. */
  layers?: KerasSpec[]
  inputShape?: number[]
  model?: unknown
  precision?: 'float32' | 'float64'
  /** By `<layer>/<weight>`. */
  weights?: Record<string, JsonTensor>
  x: JsonTensor
  y?: JsonTensor
  optimizer?: string | KerasSpec
  loss?: string | KerasSpec
  metrics?: string[]
  batchSize?: number
  epochs?: number
  /** The gradients are those of the loss of so many first rows; all if not given. */
  gradientRows?: number
  want?: Part[]
}

export interface Answer {
  weightNames: string[]
  outputs?: JsonTensor
  evaluation?: Record<string, number>
  gradients?: { rows: number; loss: number; weights: Record<string, JsonTensor>; input?: JsonTensor }
  training?: {
    losses: number[]
    history: Record<string, number[]>
    weights: Record<string, JsonTensor>
    optimizer?: Record<string, JsonTensor>
  }
}

export interface GoldenCase {
  name: string
  job: Job
  answer: Answer
  float32Deviation: Partial<Record<Part, number>>
}

/** The cases of one golden file. */
export function goldenCases(file: string): GoldenCase[] {
  return JSON.parse(readFileSync(inRepository(`test/golden/${file}.json`), 'utf8')).cases
}

/** Keras as a peer, ready to be asked. */
export const startKeras = () => Peer.start<Job, Answer>('keras_peer.py')
