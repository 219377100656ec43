// `npm test -- [vitest's filters and options]`: makes the clone ready and runs the tests that need Node alone.
// `npm run test:all` adds those that need Python and a browser.

import './workspace/node-version.mjs'
import { pythonEnvironment } from './python-env.mjs'
import { runNode, tool } from './workspace/children.mjs'
import { ensureReady } from './workspace/ready.mjs'
import { Failure, main } from './workspace/say.mjs'

main(() => {
  const args = process.argv.slice(2).filter((arg) => arg !== '--all')
  const all = process.argv.includes('--all')
  ensureReady()
  if (all) preparePython()
  const projects = all ? ['node', 'python', 'browser'] : ['node']
  return runNode([
    tool('vitest', 'vitest.mjs'),
    'run',
    ...projects.map((name) => `--project=${name}`),
    ...args,
  ])
})

/** Says for itself what it does. */
function preparePython() {
  try {
    pythonEnvironment()
  } catch (error) {
    throw new Failure(`The Python environment could not be made: ${error.message}`)
  }
}
