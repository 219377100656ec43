import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { fingerprint, readJson } from './files.mjs'
import { inRoot, root } from './paths.mjs'

/**
 * A part of the build that knows whether it is fresh: the sources are those it was made from, and every file it made is
 * still there. The stamp that says so is taken away before the work and written after it, so what was interrupted is
 * stale.
 */
export function stamped({ name, sources, outputs, make }) {
  const path = inRoot('node_modules', '.cache', 'carousel', `${name}.json`)
  const stamp = () => readJson(relative(root, path))
  const isWhole = (made) => Boolean(made) && made.outputs.length > 0 && made.outputs.every(exists)

  return {
    isFresh() {
      const made = stamp()
      return isWhole(made) && made.sources === fingerprint(sources())
    },
    make() {
      const outputsWhole = isWhole(stamp())
      rmSync(path, { force: true })
      // Taken before the work: a source that changes meanwhile makes the result stale.
      const madeFrom = fingerprint(sources())
      make({ outputsWhole })
      write(path, { sources: madeFrom, outputs: outputs().map((file) => relative(root, file)) })
    },
  }
}

const exists = (name) => existsSync(inRoot(name))

function write(path, stamp) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, JSON.stringify(stamp))
  renameSync(`${path}.new`, path)
}
