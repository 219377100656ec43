// `npm run check`: all that can be known about the sources without running them.

import './workspace/node-version.mjs'
import { checkImports } from './checks/imports.mjs'
import { checkLock } from './checks/lock.mjs'
import { checkPackages } from './checks/packages.mjs'
import { checkWords } from './checks/words.mjs'
import { captureNode, tool } from './workspace/children.mjs'
import { ensureReady } from './workspace/ready.mjs'
import { report } from './workspace/report.mjs'
import { main } from './workspace/say.mjs'

/** A check returns what is wrong, in words; nothing wrong is an empty text. */
const program =
  (...args) =>
  () => {
    const { code, output } = captureNode(args)
    return code === 0 ? '' : output
  }

const checks = {
  types: program(tool('typescript', 'bin', 'tsc'), '-b'),
  'lint and format': program(tool('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings'),
  'unused files, exports and dependencies': program(tool('knip', 'bin', 'knip.js'), '--no-progress'),
  'imports within core': checkImports,
  'published packages': checkPackages,
  'lock file': checkLock,
  'machine paths and registries': checkWords,
  'quoted benchmark figures': program('docs/update-benchmarks.mjs', '--check'),
}

function run([name, check]) {
  const began = Date.now()
  const wrong = check()
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  console.log(`${wrong ? 'failed' : 'ok    '}  ${name} (${seconds} s)`)
  if (wrong) console.log(`\n${wrong}\n`)
  report(name, wrong ? 0 : 1, wrong ? 1 : 0)
  return wrong === ''
}

main(() => {
  ensureReady()
  const results = Object.entries(checks).map(run)
  return results.every(Boolean) ? 0 : 1
})
