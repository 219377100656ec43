import { readJson } from '../workspace/files.mjs'
import { forgotten } from '../workspace/lock.mjs'

/** A lock file that lacks packages of other platforms is refused by `npm ci`. */
export function checkLock() {
  const names = forgotten(readJson('package-lock.json')).map(([path]) => path.replace('node_modules/', ''))
  return names.length === 0
    ? ''
    : `package-lock.json lacks ${names.join(', ')}; npm run complete-lock adds them`
}
