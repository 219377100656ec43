import { boolean } from '../config/options.ts'
import { activationConfig } from './activationOption.ts'
import { gruKernel } from './cells/gruKernel.ts'
import { type GatedCellOptions, readCell } from './cells/options.ts'
import type { Layer } from './layer.ts'
import { cellLayer, LAYER_CHECKS, type RecurrentOptions } from './recurrent.ts'

export interface GruOptions extends RecurrentOptions, GatedCellOptions {
  /** Apply the reset gate after the recurrent product (cuDNN's GRU) rather than before (the paper's). Default true. */
  resetAfter?: boolean
}

/**
 * Gated recurrent unit: Cho et al. 2014. [batch, time, features] → [batch, units], or [batch, time, units] with
 * `returnSequences`. Keras: `GRU`.
 */
export function gru(options: GruOptions): Layer {
  const cell = readCell('layers.gru', options, 3, { ...LAYER_CHECKS, resetAfter: boolean })
  const { resetAfter = true } = options
  return cellLayer(options, cell, {
    className: 'GRU',
    states: ['h'],
    kernel: gruKernel(cell, options),
    make: gru,
    config: {
      afterActivation: { recurrent_activation: activationConfig(cell.recurrentActivation) },
      last: { reset_after: resetAfter },
    },
  })
}
