import { rate as isRate } from '../config/options.ts'
import { dropoutMask } from '../ops/dropoutMask.ts'
import { multiply } from '../ops/multiply.ts'
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions, required } from './layer.ts'

export interface DropoutOptions extends LayerOptions {
  /** Share of the entries set to zero in training; the others are scaled by 1 / (1 − rate). */
  rate: number
}

/** Drops entries at random in training (Srivastava et al. 2014); passes everything otherwise. Keras: `Dropout`. */
export function dropout(options: DropoutOptions): Layer {
  const where = 'layers.dropout'
  checkLayerOptions({ where, options: { rate: isRate }, notYet: { noiseShape: null, seed: null } }, options)
  required(where, options, 'rate')
  const { rate } = options
  return defineLayer(options, {
    className: 'Dropout',
    outputShape: (input) => input,
    weights: () => [],
    emit: ({ builder, generator, stream }, x) => {
      if (!generator || rate === 0) return x
      const { mask } = builder.emit(dropoutMask, { generator, like: x }, { rate, stream, perStep: true })
      return builder.emit(multiply, { a: x, b: mask }, {}).y
    },
    config: { rate, seed: null, noise_shape: null },
  })
}
