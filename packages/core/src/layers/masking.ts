import { finite } from '../config/options.ts'
import { expressions } from '../ops/general.ts'
import { anyNotEqual } from '../ops/masks.ts'
import type { Value } from '../program/program.ts'
import { checkLayerOptions, defineLayer, type EmitContext, type Layer, type LayerOptions } from './layer.ts'

export interface MaskingOptions extends LayerOptions {
  /** A step in which every number is this one is skipped by the layers behind. Default 0. */
  maskValue?: number
}

/** Masks the steps that hold nothing but `maskValue`, and sets them to 0. Keras: `Masking`. */
export function masking(options: MaskingOptions = {}): Layer {
  const where = 'layers.masking'
  checkLayerOptions({ where, options: { maskValue: finite } }, options)
  const { maskValue = 0 } = options
  const maskOf = ({ builder }: EmitContext, x: Value) =>
    builder.emit(anyNotEqual, { x }, { value: maskValue }).y
  return defineLayer(options, {
    className: 'Masking',
    eachStep: 'alike',
    shapeless: true,
    outputShape: (input) => input,
    weights: () => [],
    emit: (context, x) => expressions(context.builder.emit).where(maskOf(context, x), x, 0),
    mask: maskOf,
    config: { mask_value: maskValue },
  })
}
