import { checkedLater, show, suggest } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { activation as activationOp } from '../ops/activation.ts'
import { KERNEL_ACTIVATIONS, type KernelActivation } from '../ops/activations.ts'
import { softmax } from '../ops/softmax.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions, required } from './layer.ts'

/** Functions of Keras 3 by name. More of its family will follow. */
export type ActivationName = KernelActivation | 'softmax'

export const ACTIVATION_NAMES: readonly ActivationName[] = [...KERNEL_ACTIVATIONS, 'softmax']

export interface ActivationOptions extends LayerOptions {
  activation: ActivationName
}

/** Applies an activation to every entry (softmax: along the last axis). */
export function activation(options: ActivationOptions): Layer {
  const where = 'layers.activation'
  checkLayerOptions({ where, options: { activation: checkedLater } }, options)
  required(where, options, 'activation')
  const kind = checkActivation(where, 'activation', options.activation, ACTIVATION_NAMES)
  return defineLayer(options, {
    className: 'Activation',
    outputShape: (input) => input,
    weights: () => [],
    emit: ({ builder }, x) => emitActivation(builder, kind, x),
    config: { activation: kind },
  })
}

export function emitActivation(builder: Builder, kind: ActivationName, x: Value): Value {
  if (kind === 'linear') return x
  if (kind === 'softmax') return builder.emit(softmax, { x }, {}).y
  return builder.emit(activationOp, { x }, { kind }).y
}

/** The activation of this name if it is among those that the layer has. Keras's null is 'linear'. */
export function checkActivation<T extends ActivationName>(
  where: string,
  option: string,
  given: unknown,
  known: readonly T[],
): T {
  const name = given === null ? 'linear' : given
  const found = known.find((candidate) => candidate === name)
  if (found) return found
  const hint = typeof name === 'string' ? suggest(name, known) : ` There are: ${known.join(', ')}.`
  throw new OptionError(
    `${where}: option '${option}' must be the name of an activation it supports; got ${show(given)}.${hint}`,
  )
}
