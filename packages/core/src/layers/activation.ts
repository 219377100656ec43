import { checkedLater } from '../config/options.ts'
import {
  ACTIVATION_NAMES,
  type ActivationName,
  activatedShape,
  activationConfig,
  checkActivation,
  emitActivation,
} from './activationOption.ts'
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions, required } from './layer.ts'

export interface ActivationOptions extends LayerOptions {
  activation: ActivationName
}

/** Applies an activation to every entry (softmax and its kin: along the last axis). */
export function activation(options: ActivationOptions): Layer {
  const where = 'layers.activation'
  checkLayerOptions({ where, options: { activation: checkedLater } }, options)
  required(where, options, 'activation')
  const kind = checkActivation(where, 'activation', options.activation, ACTIVATION_NAMES)
  return defineLayer(options, {
    className: 'Activation',
    eachStep: 'alone',
    shapeless: true,
    outputShape: (input) => activatedShape(kind, input),
    weights: () => [],
    emit: ({ builder }, x) => emitActivation(builder, kind, x),
    mask: true,
    config: { activation: activationConfig(kind) },
  })
}
