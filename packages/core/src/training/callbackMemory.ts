import type { Callback, CallbackMemory } from './callbacks.ts'

// What callbacks need to go on later, into files and out of them.

/** The callbacks of a training, or what a file holds of such. */
export type Remembering = { readonly callbacks: readonly Callback[] } | { readonly memory: CallbackMemory }

/** Name in a file of a weight that a callback keeps. */
export const keptBy = (callback: string, path: string): string => `optimizer/callbacks/${callback}/${path}`

export function memoryOf(given: Remembering): CallbackMemory {
  if ('memory' in given) return given.memory
  const callbacks = named(given.callbacks)
  return {
    states: Object.fromEntries(callbacks.flatMap(([name, { state }]) => (state ? [[name, state]] : []))),
    weights: new Map(callbacks.flatMap(([name, { weights }]) => (weights ? [[name, weights]] : []))),
  }
}

/** Lets callbacks go on where others of their classes stopped. */
export function remind(callbacks: readonly Callback[], of: Remembering): void {
  const { states, weights } = memoryOf(of)
  for (const [name, callback] of named(callbacks)) {
    if (Object.hasOwn(states, name)) callback.state = states[name]
    const kept = weights.get(name)
    if (kept) callback.weights = kept
  }
}

/** Those that have a class, by it, and numbered where several have the same. */
function named(callbacks: readonly Callback[]): [string, Callback][] {
  const counts = new Map<string, number>()
  return callbacks.flatMap((callback) => {
    const { className } = callback
    if (className === undefined) return []
    const count = counts.get(className) ?? 0
    counts.set(className, count + 1)
    return [[count === 0 ? className : `${className}_${count}`, callback] as [string, Callback]]
  })
}
