// `npm run bench:install`: the peers and the other Nodes, all of them inside bench/.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { python } from './machine.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

function run(command, args) {
  console.log(`> ${command} ${args.join(' ')}`)
  const { error, status } = spawnSync(command, args, {
    cwd: here,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  return !error && status === 0
}

/** The Python to make the environment with: PYTHON, else the usual names. */
const findPython = () =>
  [process.env.PYTHON, 'python3', 'python'].find((name) => name && !spawnSync(name, ['--version']).error)

function installPython() {
  const found = findPython()
  if (!found) return false
  if (!existsSync(python) && !run(found, ['-m', 'venv', '.venv'])) return false
  return run(python, ['-m', 'pip', 'install', '-r', 'requirements.txt'])
}

// No install scripts: ONNX Runtime's would download GPU libraries, and its CPU library lies in the package.
const npm = run('npm', ['ci', '--ignore-scripts'])
const venv = installPython()
if (!npm) console.error('TensorFlow.js, ONNX Runtime and the other Nodes are not installed: npm failed.')
if (!venv)
  console.error('PyTorch and Keras are not installed: they need Python 3.11 or newer with pip and venv.')
process.exitCode = npm && venv ? 0 : 1
