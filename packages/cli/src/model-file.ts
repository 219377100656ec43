import { loadModel, type Sequential } from '@carousel/core'
import { type EngineOptions, openEngine } from './runtime.ts'

/** Loads a model onto this process's engine. */
export async function openModel(file: string, options: EngineOptions): Promise<Sequential> {
  return loadModel(file, { engine: openEngine(options) })
}

/** The shape of one sample: what a model reads, without the batch. */
export function sampleShape(model: Sequential): readonly number[] {
  return (model.inputShape ?? []).map(Number)
}
