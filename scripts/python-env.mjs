// Makes the Python environment that the conformance tests need: .venv, filled from requirements-test.txt.
// Prints the path of its Python on standard output, and what it does on standard error, so that a script can write
//   "$(node scripts/python-env.mjs)" test/golden/recurrent.py --check
// An environment whose requirements have not changed is used as it is. Nothing is installed outside .venv.
// Needs Node alone; PYTHON=/path/to/python3 chooses the Python to build it from.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const requirements = join(root, 'requirements-test.txt')
const folder = join(root, '.venv')
const stamp = join(folder, 'requirements.sha256')
const windows = process.platform === 'win32'
const python = windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')

/** Oldest and newest Python for which the pinned TensorFlow has packages, as minor versions of 3. */
const minors = { oldest: 11, newest: 13 }

/** The path of a Python in which requirements-test.txt is installed; makes the environment where it is missing or stale. */
export function pythonEnvironment() {
  const wanted = hash(readFileSync(requirements))
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === wanted) return python
  const base = findPython()
  say(existsSync(folder) ? 'requirements-test.txt changed: making .venv anew' : 'no .venv yet: making it')
  say('it takes some 3 GB of disk and a minute or more; it is kept for the next time')
  rmSync(folder, { recursive: true, force: true })
  run(
    base,
    ['-m', 'venv', folder],
    'Python cannot make virtual environments. On Debian: apt-get install python3-venv',
  )
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '-qq', '-r', requirements]
  run(python, pip, 'pip could not install requirements-test.txt: see its message above')
  writeFileSync(stamp, `${wanted}\n`)
  say(`ready: ${python}`)
  return python
}

/** The first Python, of those one may expect, that is new enough. */
function findPython() {
  const candidates = process.env.PYTHON ? [process.env.PYTHON] : ['python3', 'python']
  const program = 'import sys; print(sys.version_info[0], sys.version_info[1])'
  const seen = []
  for (const candidate of candidates) {
    const answer = spawnSync(candidate, ['-c', program], { encoding: 'utf8' })
    if (answer.status !== 0) continue
    const [major, minor] = answer.stdout.trim().split(' ').map(Number)
    if (major === 3 && minor >= minors.oldest && minor <= minors.newest) return candidate
    seen.push(`${candidate} is ${major}.${minor}`)
  }
  const found = seen.length > 0 ? seen.join(', ') : `none of ${candidates.join(', ')} runs`
  throw new Error(
    `the conformance tests need Python 3.${minors.oldest} to 3.${minors.newest} (${found}).\n` +
      'Install one (Debian: apt-get install python3 python3-venv) or name it: PYTHON=/path/to/python3',
  )
}

function run(program, args, advice) {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', process.stderr, process.stderr] })
  if (error || status !== 0) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`${advice} (${[program, ...args].join(' ')}: ${error?.message ?? `exit ${status}`})`)
  }
}

function hash(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

function say(line) {
  process.stderr.write(`python-env: ${line}\n`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(pythonEnvironment())
  } catch (error) {
    say(error.message)
    process.exitCode = 1
  }
}
