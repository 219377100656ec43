import type { InitializerName } from '../initializers/index.ts'
import type { WeightSpec } from './layer.ts'
import { type Config, readWeights } from './weightOptions.ts'

export interface WeightFamily {
  /** The weight as the layer declares it. */
  spec(name: string, shape: readonly number[]): WeightSpec
  /** What Keras's JSON has of it. */
  readonly config: Readonly<Config>
}

/** What a layer was told of one of its weights. */
export function weightFamily(
  where: string,
  options: object,
  name: string,
  initializer: InitializerName,
): WeightFamily {
  const { specs, initializers, regularizers, constraints } = readWeights(where, options, {
    [name]: initializer,
  })
  return {
    spec: (weight, shape) => ({ name: weight, shape, ...specs[name] }),
    config: { ...initializers, ...regularizers, ...constraints },
  }
}
