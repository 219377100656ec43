import { existsSync } from 'node:fs'
import { capture } from './children.mjs'
import { readJson } from './files.mjs'
import { inRoot, root } from './paths.mjs'
import { Failure, saying } from './say.mjs'

/** Installs the packages where what is installed is not what the lock file says. */
export function ensurePackages() {
  const lock = readJson('package-lock.json')
  if (lock && installed(lock)) return
  // `ci` takes the lock file to the letter but starts from nothing; `install` mends what is there, and a stale lock.
  const command = lock && inStep(lock) && !existsSync(inRoot('node_modules')) ? 'ci' : 'install'
  saying(`Installing packages (npm ${command})`, () => npm(command))
}

/** npm notes what it installed in a lock file of its own, written last: an interrupted install leaves none. */
function installed(lock) {
  const present = readJson('node_modules', '.package-lock.json')?.packages
  if (!present || !inStep(lock)) return false
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/')) return true
    const found = present[path]
    if (!found) return Boolean(wanted.optional)
    return found.version === wanted.version && found.integrity === wanted.integrity
  })
}

/** Whether every package.json of the workspace asks for just what the lock file recorded of it. */
function inStep(lock) {
  const { workspaces } = readJson('package.json')
  return ['', ...workspaces].every((folder) => {
    const manifest = readJson(folder, 'package.json')
    const locked = lock.packages[folder]
    return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].every((kind) =>
      sameEntries(manifest?.[kind], locked?.[kind]),
    )
  })
}

function sameEntries(a = {}, b = {}) {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

/** Short waits: without a network npm would otherwise retry for minutes before it says so. */
const npmOptions = [
  '--include=dev',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  '--fetch-retries=1',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
]

const networkFault =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT)\b/

function npm(command) {
  // Under `npm start` npm names its own program; started by hand, the one on the path is asked.
  const own = process.env.npm_execpath
  const isNpm = own !== undefined && /npm-cli\.c?js$/.test(own)
  const { code, output, error } = isNpm
    ? capture(process.execPath, [own, command, ...npmOptions])
    : capture('npm', [command, ...npmOptions], { shell: process.platform === 'win32' })

  if (error) {
    throw new Failure(
      error.code === 'ENOENT'
        ? 'npm was not found. It comes with Node (nodejs.org); install it and run the same command again.'
        : `npm could not be started: ${error.message}`,
    )
  }
  if (code === 0) return
  // A lock file that `ci` refuses after all; `install` mends it.
  if (command === 'ci' && /\bEUSAGE\b/.test(output)) return npm('install')
  const fault = networkFault.exec(output)?.[0]
  throw new Failure(
    fault
      ? `The packages could not be fetched: npm reached no registry (${fault}). ` +
          'Connect to a network, or check npm’s proxy settings, and run the same command again; it is needed only once.'
      : `npm ${command} failed in ${root}:\n${output}`,
  )
}
