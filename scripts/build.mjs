// `npm run build`: kernels where they changed, then TypeScript.

import './workspace/node-version.mjs'
import { build } from './workspace/build.mjs'
import { ensurePackages } from './workspace/packages.mjs'
import { main, saying } from './workspace/say.mjs'

main(() => {
  ensurePackages()
  saying('Building', () => build())
})
