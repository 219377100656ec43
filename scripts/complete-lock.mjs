// `npm run complete-lock`: run it after a change of dependencies, where `npm run check` says that the lock file lacks some.

import { writeFileSync } from 'node:fs'
import { readJson } from './workspace/files.mjs'
import { complete, forgotten } from './workspace/lock.mjs'
import { inRoot } from './workspace/paths.mjs'

const lock = readJson('package-lock.json')
console.log(`${forgotten(lock).length} packages for other platforms added to package-lock.json`)
complete(lock)
writeFileSync(inRoot('package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`)
