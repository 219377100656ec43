import { DataError } from '../errors.ts'
import { reshape } from '../ops/reshape.ts'
import { checkLayerOptions, defineLayer, formatShape, type Layer, type LayerOptions } from './layer.ts'

/** All axes but the batch become one: [batch, time, features] → [batch, time · features]. Keras: `Flatten`. */
export function flatten(options: LayerOptions = {}): Layer {
  const where = 'layers.flatten'
  checkLayerOptions({ where, options: {}, notYet: { dataFormat: 'channels_last' } }, options)
  const size = (input: readonly (number | null)[]): number => {
    return input.reduce<number>((product, dim) => {
      if (dim === null)
        throw new DataError(`${where}: every axis must have a fixed size; got ${formatShape(input)}`)
      return product * dim
    }, 1)
  }
  return defineLayer(options, {
    className: 'Flatten',
    whyWhole: 'it puts all steps in one row',
    outputShape: (input) => [size(input)],
    weights: () => [],
    emit: ({ builder }, x) => {
      const dims = x.shape.slice(1).map((dim) => (typeof dim === 'number' ? dim : null))
      return builder.emit(reshape, { x }, { shape: [size(dims)] }).y
    },
    config: { data_format: 'channels_last' },
  })
}
