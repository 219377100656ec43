import type { Units } from './units.ts'

/**
 * A text's beginning, and its end, which is held back. In order: characters drawn from everywhere would stand among
 * those that the model has learned by heart.
 */
export function splitInOrder(text: Units, share: number): { kept: Units; held: Units } {
  const kept = Math.floor(text.length * (1 - share))
  return { kept: text.slice(0, kept), held: text.slice(kept) }
}
