import { boolean, checkedLater, positiveInteger } from '../config/options.ts'
import { DataError } from '../errors.ts'
import { type InitializerLike, resolveInitializer, serializeInitializer } from '../initializers/index.ts'
import { dense as denseOp } from '../ops/dense.ts'
import {
  ACTIVATION_NAMES,
  type ActivationName,
  activatedShape,
  activationConfig,
  checkActivation,
  emitActivation,
} from './activation.ts'
import {
  checkLayerOptions,
  defineLayer,
  formatShape,
  type Layer,
  type LayerOptions,
  required,
} from './layer.ts'

export interface DenseOptions extends LayerOptions {
  /** Outputs. */
  units: number
  /** Default 'linear'. */
  activation?: ActivationName | null
  /** Default true. */
  useBias?: boolean
  /** Default 'glorotUniform'. */
  kernelInitializer?: InitializerLike
  /** Default 'zeros'. */
  biasInitializer?: InitializerLike
}

const NOT_YET = {
  kernelRegularizer: null,
  biasRegularizer: null,
  kernelConstraint: null,
  biasConstraint: null,
  quantizationConfig: null,
  loraRank: null,
  loraAlpha: null,
}

/** y = activation(x·kernel + bias), along the last axis. [batch, …, features] → [batch, …, units]. Keras: `Dense`. */
export function dense(options: DenseOptions): Layer {
  const where = 'layers.dense'
  const spec = {
    units: positiveInteger,
    activation: checkedLater,
    useBias: boolean,
    kernelInitializer: checkedLater,
    biasInitializer: checkedLater,
  }
  checkLayerOptions({ where, options: spec, notYet: NOT_YET }, options)
  required(where, options, 'units')
  const {
    units,
    useBias = true,
    kernelInitializer: kernel = 'glorotUniform',
    biasInitializer: bias = 'zeros',
  } = options
  const activation = checkActivation(where, 'activation', options.activation ?? 'linear', ACTIVATION_NAMES)
  const kernelInitializer = resolveInitializer(kernel, `${where}, kernelInitializer`)
  const biasInitializer = resolveInitializer(bias, `${where}, biasInitializer`)

  return defineLayer(options, {
    className: 'Dense',
    outputShape: (input) => activatedShape(activation, [...input.slice(0, -1), units]),
    weights: (input) => {
      const features = input[input.length - 1]
      if (typeof features !== 'number')
        throw new DataError(
          `${where}: the last axis of its input must have a fixed size; got ${formatShape(input)}`,
        )
      const kernel = { name: 'kernel', shape: [features, units], initializer: kernelInitializer }
      return useBias ? [kernel, { name: 'bias', shape: [units], initializer: biasInitializer }] : [kernel]
    },
    emit: ({ builder, weight }, x) => {
      const bias = useBias ? weight('bias') : undefined
      return emitActivation(
        builder,
        activation,
        builder.emit(denseOp, { x, kernel: weight('kernel'), bias }, {}).y,
      )
    },
    config: {
      units,
      activation: activationConfig(activation),
      use_bias: useBias,
      kernel_initializer: serializeInitializer(kernelInitializer),
      bias_initializer: serializeInitializer(biasInitializer),
      kernel_regularizer: null,
      bias_regularizer: null,
      kernel_constraint: null,
      bias_constraint: null,
      quantization_config: null,
    },
  })
}
