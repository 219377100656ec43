// `npm start -- [options]`: makes the clone ready and runs the seed job, `carousel train mnist [options]`.

import './workspace/node-version.mjs'
import { runNode } from './workspace/children.mjs'
import { inRoot } from './workspace/paths.mjs'
import { ensureReady } from './workspace/ready.mjs'
import { main } from './workspace/say.mjs'

main(() => {
  ensureReady()
  return runNode([inRoot('packages/cli/bin/carousel.js'), 'train', 'mnist', ...process.argv.slice(2)])
})
