import { boolean, type Check, positiveInteger, rate } from '../../config/options.ts'
import { ones, zeros } from '../../initializers/index.ts'
import type { WeightSpec } from '../layer.ts'
import type { ReadCell } from './options.ts'

/** What Keras's LSTM has not; a model with any of it is one that Keras refuses to read. */
export interface BeyondKeras {
  /** Gates see the cell: i and f the one before, o the new one (Gers & Schmidhuber 2000), as in ONNX. Default false. */
  peepholes?: boolean
  /** Size of the state h, to which the output is projected (Sak, Senior & Beaufays 2014), as PyTorch's proj_size. Default null. */
  projection?: number | null
  /** Normalizes both products and the cell in the output (Ba, Kiros & Hinton 2016). Default false. */
  layerNormalization?: boolean
  /**
   * Share of the entries of h and c that stay as they were, drawn anew at every step in training; what is expected of
   * them otherwise (Krueger et al. 2017). One number for both, or { h, c }. Default 0.
   */
  zoneout?: number | { readonly h?: number; readonly c?: number }
}

const isZoneout: Check = (value) => {
  const rates: readonly (readonly [string, unknown])[] =
    typeof value === 'object' && value !== null ? Object.entries(value) : [['h', value] as const]
  const fine = rates.every(([key, given]) => ['h', 'c'].includes(key) && rate(given) === null)
  return fine ? null : 'a number from 0 up to, but not including, 1, or such numbers as { h, c }'
}

export const BEYOND_KERAS: Readonly<Record<keyof BeyondKeras, Check>> = {
  peepholes: boolean,
  projection: (value) => (value === null ? null : positiveInteger(value)),
  layerNormalization: boolean,
  zoneout: isZoneout,
}

/** What an LSTM has beyond Keras's, defaults filled in. */
export function readBeyondKeras({ peepholes = false, projection = null, ...options }: BeyondKeras) {
  const { layerNormalization = false, zoneout = 0 } = options
  const { h = 0, c = 0 } = typeof zoneout === 'number' ? { h: zoneout, c: zoneout } : zoneout
  const reasons = [
    ...(peepholes ? ['peepholes'] : []),
    ...(projection === null ? [] : ['a projection']),
    ...(layerNormalization ? ['layer normalization'] : []),
    ...(h > 0 || c > 0 ? ['zoneout'] : []),
  ]
  return {
    peepholes,
    projection,
    layerNormalization,
    zoneout: { h, c },
    /** Why no fused kernel will do; null: one will. */
    why: reasons.length > 0 ? `no fused kernel has ${reasons.join(' or ')}` : null,
    /** What is not as in Keras. */
    config: {
      ...(peepholes ? { peepholes } : {}),
      ...(projection === null ? {} : { projection }),
      ...(layerNormalization ? { layer_normalization: layerNormalization } : {}),
      ...(h > 0 || c > 0 ? { zoneout: { h, c } } : {}),
    },
  }
}

export type ReadBeyond = ReturnType<typeof readBeyondKeras>

/** Weights behind those of Keras's LSTM. */
export function beyondWeights(
  { units, weights: { specs } }: ReadCell,
  { peepholes, projection, layerNormalization }: ReadBeyond,
): WeightSpec[] {
  const vectors = (name: string, columns: number, gates: number) => [
    { name: `${name}_gamma`, shape: [columns], gates, initializer: ones() },
    { name: `${name}_beta`, shape: [columns], gates, initializer: zeros() },
  ]
  return [
    ...(peepholes
      ? [{ name: 'peephole', shape: [3, units], rows: PEEPHOLES, initializer: specs.kernel.initializer }]
      : []),
    ...(projection === null
      ? []
      : [{ name: 'projection', shape: [units, projection], initializer: specs.recurrent.initializer }]),
    ...(layerNormalization
      ? [
          ...vectors('kernel_norm', 4 * units, 4),
          ...vectors('recurrent_norm', 4 * units, 4),
          ...vectors('state_norm', units, 1),
        ]
      : []),
  ]
}

const PEEPHOLES = ['peephole_i', 'peephole_f', 'peephole_o']
