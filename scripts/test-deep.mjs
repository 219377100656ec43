// `npm run test:deep`: the comparison with Keras on some hundred models drawn at random, and the page that tells what it found.
// CONFORMANCE_MODELS=1000 draws more; CONFORMANCE_SEED=2 draws others. With --texts no test runs: only what the page says of
// committed files, and its remarks, are written anew.

import './workspace/node-version.mjs'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { conformancePage, withTexts } from './conformance-page.mjs'
import { pythonEnvironment } from './python-env.mjs'
import { runNode, tool } from './workspace/children.mjs'
import { ensureReady } from './workspace/ready.mjs'
import { main } from './workspace/say.mjs'

const MODELS = 320

/** Tests that note what they found, by a part of their path. */
const TESTS = [
  'core/dist/testing/checkLayer.test',
  'golden.test',
  'conformance/live.python.test',
  'conformance/models.python.test',
]

const page = new URL('../docs/conformance.md', import.meta.url)

main(async () => {
  if (process.argv.includes('--texts')) return writeFileSync(page, withTexts(readFileSync(page, 'utf8')))
  ensureReady()
  pythonEnvironment()
  const folder = mkdtempSync(join(tmpdir(), 'carousel-conformance-'))
  process.env.CAROUSEL_CONFORMANCE = join(folder, 'notes.jsonl')
  process.env.CONFORMANCE_MODELS ??= String(MODELS)
  try {
    const code = await runNode([
      tool('vitest', 'vitest.mjs'),
      'run',
      '--project=node',
      '--project=python',
      ...TESTS,
    ])
    if (code) return code
    const notes = readFileSync(process.env.CAROUSEL_CONFORMANCE, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    writeFileSync(page, conformancePage(notes))
    console.log(`wrote ${fileURLToPath(page)}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
