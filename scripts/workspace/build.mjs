import { existsSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { captureNode, tool } from './children.mjs'
import { filesUnder, readJson } from './files.mjs'
import { inRoot } from './paths.mjs'
import { Failure, saying } from './say.mjs'
import { stamped } from './stamp.mjs'

const kernelBuilder = 'packages/core/scripts/build-kernels.mjs'

/** Folders that a build writes, or that hold no sources. */
const notSources = ['dist', 'node_modules', 'generated', '.venv', '__pycache__']

/** TypeScript projects: a source in `src` comes out under the same name in `dist`. */
function projects() {
  const packages = readJson('package.json').workspaces.map((folder) => ({ folder, src: join(folder, 'src') }))
  return [...packages, { folder: 'test', src: 'test' }]
}

const kernels = stamped({
  name: 'kernels',
  sources: () => [
    ...filesUnder(inRoot('node_modules/assemblyscript/package.json')),
    ...filesUnder(inRoot('node_modules/wabt/package.json')),
    ...filesUnder(inRoot('packages/core/scripts')),
    ...filesUnder(inRoot('packages/core/kernels'), notSources),
  ],
  outputs: () => filesUnder(inRoot('packages/core/wasm')),
  make() {
    const { code, output } = captureNode([inRoot(kernelBuilder)])
    if (code !== 0) throw new Failure(`The kernels did not build (node ${kernelBuilder}):\n${output}`)
  },
})

const typeScript = stamped({
  name: 'typescript',
  sources: () => [
    ...filesUnder(inRoot('package-lock.json')),
    ...filesUnder(inRoot('tsconfig.base.json')),
    ...projects().flatMap(({ folder, src }) => [
      ...filesUnder(inRoot(folder, 'package.json')),
      ...filesUnder(inRoot(folder, 'tsconfig.json')),
      ...filesUnder(inRoot(src), notSources).filter((file) => file.endsWith('.ts')),
    ]),
  ],
  outputs: () => projects().flatMap(({ folder }) => filesUnder(inRoot(folder, 'dist'))),
  make({ outputsWhole }) {
    removeOrphans()
    // tsc trusts its own notes and does not miss an output that somebody removed.
    const force = outputsWhole ? [] : ['--force']
    const { code, output } = captureNode([tool('typescript', 'bin', 'tsc'), '-b', ...force])
    if (code !== 0) throw new Failure(`TypeScript did not compile (npx tsc -b):\n${output}`)
  },
})

/** Builds what is stale, and says so; where nothing is, it costs only the look. */
export function ensureBuilt() {
  const stale = [kernels, typeScript].filter((part) => !part.isFresh())
  if (stale.length > 0) saying('Building', () => stale.forEach((part) => void part.make()))
}

/** Builds: kernels only where they changed, TypeScript always, since `tsc -b` sees for itself what is stale. */
export function build() {
  if (!kernels.isFresh()) kernels.make()
  typeScript.make()
}

/** What was compiled from a source that is gone would still be imported, and its tests still run. */
function removeOrphans() {
  for (const { folder, src } of projects()) {
    for (const output of filesUnder(inRoot(folder, 'dist'))) {
      const stem = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(relative(inRoot(folder, 'dist'), output))?.[1]
      if (stem !== undefined && !existsSync(inRoot(src, `${stem}.ts`))) rmSync(output)
    }
  }
}
