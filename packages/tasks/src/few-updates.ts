import { several } from './report/format.ts'
import type { Settings } from './settings.ts'

/**
 * Updates that a model of the usual size needs, by trial: easy texts are told apart with confidence from there on; of 100
 * spoken digits 120 updates learn 66 %, 300 learn 79 %, 600 learn 82 %; of 300 digits 300 learn 92 %, 600 learn 93 %.
 */
const ENOUGH = 300

/** On a training of the usual epochs with so few samples that these are no learning yet. */
export function notesOnFewUpdates(
  samples: number,
  unit: readonly [one: string, many: string],
  { epochs, batchSize }: Pick<Settings, 'epochs' | 'batchSize'>,
  usual: Pick<Settings, 'epochs'>,
): string[] {
  // whoever asked for another number knows what it is
  if (epochs !== usual.epochs) return []
  const updates = Math.ceil(samples / batchSize)
  if (updates * epochs >= ENOUGH) return []
  return [
    `${several(samples, ...unit)} to train on make ${several(updates * epochs, 'update')} in ${several(epochs, 'epoch')}: so few want more, such as --epochs ${Math.ceil(ENOUGH / updates)}.`,
  ]
}
