import { boolean, checkedLater, oneOf, positiveInteger } from '../config/options.ts'
import { DataError, OptionError } from '../errors.ts'
import { dense } from '../ops/dense.ts'
import { expressions } from '../ops/general.ts'
import { concat, repeat, slice, unfold, view } from '../ops/moves.ts'
import type { Builder } from '../program/builder.ts'
import type { Dim, Value } from '../program/program.ts'
import {
  ACTIVATION_NAMES,
  type ActivationName,
  activatedShape,
  activationConfig,
  checkActivation,
  emitActivation,
} from './activationOption.ts'
import { fixedAxis, openly, requireRank } from './axes.ts'
import {
  checkLayerOptions,
  defineLayer,
  formatShape,
  type Layer,
  type LayerOptions,
  required,
  type Shape,
} from './layer.ts'
import { weightFamily } from './weightFamily.ts'
import { type WeightOptions, weightChecks } from './weightOptions.ts'
import {
  isOne,
  isPadding,
  oneOfList,
  openWindows,
  type Padding,
  paddingOf,
  type Windows,
  windowsIn,
} from './windows.ts'

interface ConvolutionOptions extends LayerOptions, WeightOptions<'bias'> {
  /** Features of the output. */
  filters: number
  /** Steps that a window takes. */
  kernelSize: number | readonly number[]
  /** Steps from window to window. Default 1. */
  strides?: number | readonly number[]
  /** 'valid': whole windows only; 'same': as many as steps / strides; 'causal': no window sees a later step. Default 'valid'. */
  padding?: Padding
  /** Steps from one to the next within a window. Default 1. */
  dilationRate?: number | readonly number[]
  /** Default null, which is 'linear'. */
  activation?: ActivationName | null
  /** Default true. */
  useBias?: boolean
}

export interface Conv1dOptions extends ConvolutionOptions, WeightOptions<'kernel'> {
  /** The features are split into so many groups, each convolved by itself. Default 1. */
  groups?: number
}

const CONVOLUTION = {
  filters: positiveInteger,
  kernelSize: isOne,
  strides: isOne,
  dilationRate: isOne,
  activation: checkedLater,
  useBias: boolean,
  dataFormat: oneOf(['channels_last']),
}

/** What both convolutions make of their options. */
function convolution(where: string, options: ConvolutionOptions) {
  required(where, options, 'filters', 'kernelSize')
  const { filters, kernelSize, strides = 1, padding = 'valid', dilationRate = 1, useBias = true } = options
  const [size, stride, dilation] = [kernelSize, strides, dilationRate].map(oneOfList)
  const windows: Windows = { size, stride, dilation, padding }
  const activation = checkActivation(where, 'activation', options.activation ?? 'linear', ACTIVATION_NAMES)
  if (stride > 1 && dilation > 1)
    throw new OptionError(
      `${where}: strides and dilationRate cannot both be above 1; got ${stride} and ${dilation}`,
    )
  return {
    ...{ filters, windows, useBias, activation },
    bias: weightFamily(where, options, 'bias', 'zeros'),
    outputShape: (input: Shape): Shape => {
      requireRank(where, input, 3, 'sequences, [batch, steps, features]')
      const steps = openly(input[0], (length) => windowsIn(windows, length), where)
      return activatedShape(activation, [steps, filters])
    },
    steps: (length: Dim) => openWindows(windows, length),
    /** x as the windows see it: [B, T′, size · features]. */
    seen: (builder: Builder, x: Value) => {
      const attributes = { size, stride, dilation, value: 0, ...paddingOf(where, windows, x) }
      return builder.emit(unfold, { x }, attributes).y
    },
    config: {
      ...{ filters, kernel_size: [size], strides: [stride], padding, data_format: 'channels_last' },
      ...{ dilation_rate: [dilation], activation: activationConfig(activation), use_bias: useBias },
      activity_regularizer: null,
    },
  }
}

/** Convolves a sequence along its steps: [batch, steps, features] → [batch, steps′, filters]. Keras: `Conv1D`. */
export function conv1d(options: Conv1dOptions): Layer {
  const where = 'layers.conv1d'
  const checks = {
    ...CONVOLUTION,
    padding: isPadding(true),
    groups: positiveInteger,
    ...weightChecks('kernel', 'bias'),
  }
  checkLayerOptions({ where, options: checks }, options)
  const { filters, windows, useBias, activation, bias, outputShape, steps, seen, config } = convolution(
    where,
    options,
  )
  const { groups = 1 } = options
  const kernel = weightFamily(where, options, 'kernel', 'glorotUniform')
  if (filters % groups !== 0)
    throw new OptionError(`${where}: filters must be a multiple of groups; got ${filters} and ${groups}`)
  return defineLayer(options, {
    className: 'Conv1D',
    whyWhole: 'it sees neighbouring steps together',
    outputShape,
    steps,
    weights: (input) => {
      const features = fixedAxis(where, input, -1)
      if (features % groups !== 0)
        throw new DataError(
          `${where}: ${features} features do not make ${groups} groups; got ${formatShape(input)}`,
        )
      return [
        kernel.spec('kernel', [windows.size, features / groups, filters]),
        ...(useBias ? [bias.spec('bias', [filters])] : []),
      ]
    },
    emit: ({ builder, weight }, x) => {
      const features = Number(x.shape[2])
      const product = (part: Value, whole: Value) => {
        const width = Number(part.shape[2])
        const matrix = builder.emit(
          view,
          { x: whole },
          { shape: [windows.size * width, Number(whole.shape[2])] },
        ).y
        return builder.emit(dense, { x: seen(builder, part), kernel: matrix }, {}).y
      }
      const results = Array.from({ length: groups }, (_, group) => {
        if (groups === 1) return product(x, weight('kernel'))
        const size = features / groups
        const part = builder.emit(slice, { x }, { axis: 2, start: group * size, size }).y
        return columnsOf(builder, product(part, weight('kernel')), group, filters / groups)
      })
      const joined = results.reduce((a, b) => builder.emit(concat, { a, b }, { axis: 2 }).y)
      const y = useBias ? expressions(builder.emit).add(joined, weight('bias')) : joined
      return emitActivation(builder, activation, y)
    },
    config: { ...config, groups, ...kernel.config, ...bias.config },
  })
}

/** The columns of one group of several. */
function columnsOf({ emit }: Builder, x: Value, group: number, size: number): Value {
  return emit(slice, { x }, { axis: 2, start: group * size, size }).y
}

export interface SeparableConv1dOptions extends ConvolutionOptions, WeightOptions<'depthwise' | 'pointwise'> {
  padding?: 'valid' | 'same'
  /** Outputs of every feature's own convolution. Default 1. */
  depthMultiplier?: number
}

/** Convolves every feature by itself, then mixes them at every step (Chollet 2017). Keras: `SeparableConv1D`. */
export function separableConv1d(options: SeparableConv1dOptions): Layer {
  const where = 'layers.separableConv1d'
  const names = ['depthwise', 'pointwise', 'bias'] as const
  const checks = {
    ...CONVOLUTION,
    padding: isPadding(false),
    depthMultiplier: positiveInteger,
    ...weightChecks(...names),
  }
  checkLayerOptions({ where, options: checks }, options)
  const { filters, windows, useBias, activation, bias, outputShape, steps, seen, config } = convolution(
    where,
    options,
  )
  const { depthMultiplier = 1 } = options
  const [depthwise, pointwise] = ['depthwise', 'pointwise'].map((name) =>
    weightFamily(where, options, name, 'glorotUniform'),
  )
  return defineLayer(options, {
    className: 'SeparableConv1D',
    whyWhole: 'it sees neighbouring steps together',
    outputShape,
    steps,
    weights: (input) => {
      const features = fixedAxis(where, input, -1)
      return [
        depthwise.spec('depthwise_kernel', [windows.size, features, depthMultiplier]),
        pointwise.spec('pointwise_kernel', [1, features * depthMultiplier, filters]),
        ...(useBias ? [bias.spec('bias', [filters])] : []),
      ]
    },
    emit: ({ builder, weight }, x) => {
      const { emit } = builder
      const e = expressions(emit)
      const width = Number(x.shape[2]) * depthMultiplier
      const each = emit(repeat, { x: seen(builder, x) }, { axis: 2, times: depthMultiplier }).y
      const factors = emit(view, { x: weight('depthwise_kernel') }, { shape: [windows.size * width] }).y
      const weighted = e.multiply(each, factors)
      const depths = Array.from(
        { length: windows.size },
        (_, k) => emit(slice, { x: weighted }, { axis: 2, start: k * width, size: width }).y,
      )
      const matrix = emit(view, { x: weight('pointwise_kernel') }, { shape: [width, filters] }).y
      const mixed = emit(dense, { x: depths.reduce((a, b) => e.add(a, b)), kernel: matrix }, {}).y
      return emitActivation(builder, activation, useBias ? e.add(mixed, weight('bias')) : mixed)
    },
    config: {
      ...config,
      ...{ depth_multiplier: depthMultiplier, ...depthwise.config, ...pointwise.config, ...bias.config },
    },
  })
}
