import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const windows = process.platform === 'win32'

/** The virtual environment's Python, installed or not. */
export const python = join(here, '.venv', windows ? 'Scripts/python.exe' : 'bin/python')

/** The binary of a Node of that major version, or undefined: the one running, else the package's. */
export function nodeBinary(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const binary = join(here, 'node_modules', `node${major}`, 'bin', 'node')
  return existsSync(binary) ? binary : undefined
}

/** What brings a Node that is missing: only some of them come from a package. */
export const nodeRemedy = (major) =>
  major > 20 ? 'npm run bench:install, on Linux' : `run the bench with Node ${major}`

const versionOf = (binary) => spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.trim()

export function describeMachine(majors) {
  const nodes = {}
  for (const major of majors) {
    const binary = nodeBinary(major)
    nodes[major] = binary ? versionOf(binary) : 'missing'
  }
  const cpus = os.cpus()
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.platform()} ${os.arch()}`,
    nodes,
  }
}

/** A name for files: `amd-epyc-2-cores`. */
export const machineName = ({ cpu, cores }) =>
  `${cpu} ${cores} cores`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

const busyMilliseconds = () =>
  os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)

/** Starts to watch; the function returned says how many cores' worth of work the whole machine did since. */
export function watchLoad() {
  const busy = busyMilliseconds()
  const begin = performance.now()
  return () => (busyMilliseconds() - busy) / (performance.now() - begin)
}
