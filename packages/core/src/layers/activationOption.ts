import { camelCase, snakeCase } from '../config/keras.ts'
import { show, suggest } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { activation as activationOp } from '../ops/activation.ts'
import { KERNEL_ACTIVATIONS, type KernelActivation } from '../ops/kernelActivations.ts'
import { softmax } from '../ops/softmax.ts'
import { composed } from '../optimizers/composed.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import type { Shape } from './layer.ts'

/** Those that are composed of general operations, in `activations.ts`, which is loaded when one is asked for. */
export const COMPOSED = [
  ...([
    'relu6',
    'leakyRelu',
    'elu',
    'selu',
    'celu',
    'softplus',
    'softsign',
    'softShrink',
    'hardShrink',
  ] as const),
  ...(['tanhShrink', 'sparsePlus', 'sparseSigmoid', 'silu', 'squareplus', 'gelu', 'hardSigmoid'] as const),
  ...([
    'hardSilu',
    'hardTanh',
    'exponential',
    'logSigmoid',
    'mish',
    'logSoftmax',
    'sparsemax',
    'glu',
  ] as const),
] as const

/** Keras's activations by name, as TensorFlow.js spells them; `swish` and `hardSwish` are other names of two of them. */
export type ActivationName = KernelActivation | 'softmax' | (typeof COMPOSED)[number] | 'swish' | 'hardSwish'

export const ACTIVATION_NAMES: readonly ActivationName[] = [...KERNEL_ACTIVATIONS, 'softmax', ...COMPOSED]

type Emitter = Pick<Builder, 'emit'>

/** Applies an activation that `checkActivation` has returned to a value [B, …, N], also within a scan's step. */
export function emitActivation(builder: Emitter, kind: ActivationName, x: Value): Value {
  if (kind === 'linear') return x
  if (kind === 'softmax') return builder.emit(softmax, { x }, {}).y
  if (isKernel(kind)) return builder.emit(activationOp, { x }, { kind }).y
  return composed.module.emitActivation(builder, kind, x)
}

function isKernel(kind: ActivationName): kind is KernelActivation {
  return (KERNEL_ACTIVATIONS as readonly string[]).includes(kind)
}

/**
 * The activation of this name, in TensorFlow.js's spelling or Keras's, if it is among those that the layer has. Keras's
 * null is 'linear'. What it is composed of is loaded before a model is opened.
 */
export function checkActivation<T extends ActivationName>(
  where: string,
  option: string,
  given: unknown,
  known: readonly T[],
): T {
  const name = given === null ? 'linear' : given
  const wanted = typeof name === 'string' ? camelCase(name).replace(/wish$/, 'ilu') : name
  const found = known.find((candidate) => candidate === wanted)
  if (found) {
    if ((COMPOSED as readonly string[]).includes(found)) composed.demand()
    return found
  }
  const hint = typeof name === 'string' ? suggest(name, known) : ` There are: ${known.join(', ')}.`
  throw new OptionError(
    `${where}: option '${option}' must be the name of an activation it supports; got ${show(given)}.${hint}`,
  )
}

/** As Keras's JSON has it. */
export function activationConfig(name: ActivationName): string {
  return snakeCase(name)
}

/** The shape of what an activation gives; glu halves the last axis. */
export function activatedShape(kind: ActivationName, shape: Shape): Shape {
  return kind === 'glu' ? shape.with(-1, Number(shape.at(-1)) / 2) : shape
}
