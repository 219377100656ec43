import { boolean, checkedLater, positiveInteger } from '../config/options.ts'
import { DataError } from '../errors.ts'
import { dense as denseOp } from '../ops/dense.ts'
import {
  ACTIVATION_NAMES,
  type ActivationName,
  activatedShape,
  activationConfig,
  checkActivation,
  emitActivation,
} from './activationOption.ts'
import {
  checkLayerOptions,
  defineLayer,
  formatShape,
  type Layer,
  type LayerOptions,
  required,
} from './layer.ts'
import { readWeights, type WeightOptions, weightChecks } from './weightOptions.ts'

export interface DenseOptions extends LayerOptions, WeightOptions<'kernel' | 'bias'> {
  /** Outputs. */
  units: number
  /** Default 'linear'. */
  activation?: ActivationName | null
  /** Default true. */
  useBias?: boolean
}

const NOT_YET = {
  quantizationConfig: null,
  loraRank: null,
  loraAlpha: null,
}

/**
 * y = activation(x·kernel + bias), along the last axis. [batch, …, features] → [batch, …, units]. kernelInitializer is
 * 'glorotUniform' and biasInitializer 'zeros' by default. Keras: `Dense`.
 */
export function dense(options: DenseOptions): Layer {
  const where = 'layers.dense'
  const spec = {
    units: positiveInteger,
    activation: checkedLater,
    useBias: boolean,
    ...weightChecks('kernel', 'bias'),
  }
  checkLayerOptions({ where, options: spec, notYet: NOT_YET }, options)
  required(where, options, 'units')
  const { units, useBias = true } = options
  const activation = checkActivation(where, 'activation', options.activation ?? 'linear', ACTIVATION_NAMES)
  const { specs, ...configs } = readWeights(where, options, { kernel: 'glorotUniform', bias: 'zeros' })

  return defineLayer(options, {
    className: 'Dense',
    eachStep: 'alone',
    outputShape: (input) => activatedShape(activation, [...input.slice(0, -1), units]),
    weights: (input) => {
      const features = input[input.length - 1]
      if (typeof features !== 'number')
        throw new DataError(
          `${where}: the last axis of its input must have a fixed size; got ${formatShape(input)}`,
        )
      const weights = [{ name: 'kernel', shape: [features, units], ...specs.kernel }]
      return useBias ? [...weights, { name: 'bias', shape: [units], ...specs.bias }] : weights
    },
    emit: ({ builder, weight }, x) => {
      const bias = useBias ? weight('bias') : undefined
      return emitActivation(
        builder,
        activation,
        builder.emit(denseOp, { x, kernel: weight('kernel'), bias }, {}).y,
      )
    },
    mask: true,
    config: {
      units,
      activation: activationConfig(activation),
      use_bias: useBias,
      ...configs.initializers,
      ...configs.regularizers,
      ...configs.constraints,
      quantization_config: null,
    },
  })
}
