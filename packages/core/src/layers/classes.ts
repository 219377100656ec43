import { activation } from './activation.ts'
import { dense } from './dense.ts'
import { dropout } from './dropout.ts'
import { embedding } from './embedding.ts'
import { flatten } from './flatten.ts'
import { gru } from './gru.ts'
import type { Layer, LayerClasses } from './layer.ts'
import { lstm } from './lstm.ts'
import { simpleRNN } from './simpleRnn.ts'

/** Layer classes that a file may name. Nothing else is ever made out of a file. */
export const LAYER_CLASSES: LayerClasses = new Map<string, (options: never) => Layer>([
  ['Activation', activation],
  ['Dense', dense],
  ['Dropout', dropout],
  ['Embedding', embedding],
  ['Flatten', flatten],
  ['GRU', gru],
  ['LSTM', lstm],
  ['SimpleRNN', simpleRNN],
])
