import { History } from '../training/callbacks.ts'

/** A history to give to several calls of `fit`, each of which adds to it and returns it. Keras: `History`. */
export function history(): History {
  return new History()
}
