// Parts of the library that most programs do without. Options ask for them at once, a model has them before it is first
// computed: so that who does not need them does not download them.

const asked = new Set<() => Promise<unknown>>()

/** Has this part loaded before the next model is opened. The same function asked for twice is one. */
export function onDemand(load: () => Promise<unknown>): void {
  asked.add(load)
}

/** Loads what was asked for; where that fails, the next call tries again. */
export async function loadDemanded(): Promise<void> {
  await Promise.all(
    [...asked].map(async (load) => {
      await load()
      asked.delete(load)
    }),
  )
}
