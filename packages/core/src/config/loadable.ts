/** Brings what an object is made of, where only its name was told; awaited before anything else is asked of it. */
export interface Loadable {
  load?(): Promise<void>
}

/** An object that is filled by its `load`, once: what was told stays where it is made too. Where that fails, the next call tries again. */
export function loadable<T extends object>(
  told: T,
  make: () => Promise<Partial<T> | undefined>,
): T & Loadable {
  let isThere = false
  const object = {
    ...told,
    load: async () => {
      if (!isThere) Object.assign(object, await make())
      isThere = true
    },
  }
  return object
}
