import { onDemand } from '../config/onDemand.ts'

let loaded: typeof import('./extras.ts') | null = null

async function load(): Promise<void> {
  loaded = await import('./extras.ts')
}

/** Has what plain updates do without loaded, before the next model is opened or trained. */
export function demandExtras(): void {
  onDemand(load)
}

/** What `demandExtras` has loaded. */
export function extras() {
  if (!loaded) throw new Error('await loadDemanded() first')
  return loaded
}
