import { ensureBuilt } from './build.mjs'
import { ensurePackages } from './packages.mjs'

/** Makes a clone ready to run: installs and builds where that is needed, and is silent where it is not. */
export function ensureReady() {
  ensurePackages()
  ensureBuilt()
}
