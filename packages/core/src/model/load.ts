import { checkOptions } from '../config/options.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import type { Engine } from '../engines/engine.ts'
import type { Model } from './model.ts'
import { isEngine } from './options.ts'
import type { ModelSource } from './source.ts'

export interface LoadOptions {
  /** What computes; the default engine if absent. */
  engine?: Engine
}

/**
 * Loads a model that `save` or `saveBytes` wrote. It predicts the same bits and goes on training with the same bits in
 * the same arithmetic. `P` is what its `predict` returns: a list where the model has a list of outputs. Throws a FileError for a file that is damaged, foreign, or of a newer format.
 */
export async function loadModel<P extends Float32Tensor | readonly Float32Tensor[] = Float32Tensor>(
  from: ModelSource,
  options: LoadOptions = {},
): Promise<Model<P>> {
  checkOptions({ where: 'loadModel', options: { engine: isEngine } }, options)
  const { load } = await import('./assemble.ts')
  return (await load(from, options)) as Model<P>
}
