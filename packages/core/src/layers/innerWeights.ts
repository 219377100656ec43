import type { WeightSpec } from './layer.ts'

/** The weights of a layer or cell inside another one, as the outer one declares them; they are trained where it is. */
export function innerWeights(
  prefix: string,
  weights: readonly WeightSpec[],
  owner: { readonly trainable?: boolean },
): WeightSpec[] {
  const path = prefix === '' ? '' : `${prefix}/`
  return weights.map((spec) => ({
    ...spec,
    name: path + spec.name,
    rows: spec.rows?.map((row) => path + row),
    get trainable() {
      return owner.trainable !== false && spec.trainable !== false
    },
  }))
}
