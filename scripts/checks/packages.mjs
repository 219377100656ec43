import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { capture, captureNode, tool } from '../workspace/children.mjs'
import { readJson } from '../workspace/files.mjs'
import { inRoot } from '../workspace/paths.mjs'

const publint = tool('publint', 'src', 'cli.js')
const areTheTypesWrong = tool('@arethetypeswrong', 'cli', 'dist', 'index.js')

/** Packs every package as `npm publish` would, and examines the tarballs as their users get them. */
export function checkPackages() {
  const folder = mkdtempSync(join(tmpdir(), 'carousel-pack-'))
  try {
    return readJson('package.json')
      .workspaces.map((name) => examine(name, folder))
      .filter(Boolean)
      .join('\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function examine(name, folder) {
  const packed = capture('npm', ['pack', inRoot(name), '--json', '--ignore-scripts', '--loglevel=error'], {
    cwd: folder,
    shell: process.platform === 'win32',
  })
  if (packed.code !== 0) return `${name}: npm pack failed\n${packed.output}`
  const [{ filename, files }] = JSON.parse(packed.stdout)
  const tarball = join(folder, filename)
  const hasTypes = Boolean(readJson(name, 'package.json').exports?.['.'])

  const wrong = [
    ...contents(
      name,
      files.map((file) => file.path),
    ),
    failure(captureNode([publint, 'run', tarball, '--strict'])),
    hasTypes ? failure(captureNode([areTheTypesWrong, tarball, '--profile', 'esm-only'])) : '',
  ].filter(Boolean)
  return wrong.map((text) => `${name}: ${text}`).join('\n')
}

const failure = ({ code, output }) => (code === 0 ? '' : output)

/** Everything that a manifest names is packed, and nothing is that only we need. */
function contents(name, files) {
  const manifest = readJson(name, 'package.json')
  const promised = [
    'LICENSE',
    ...Object.values(manifest.bin ?? {}),
    ...[manifest.exports, manifest.imports].flatMap((map) => targets(map ?? {})),
  ]
  const missing = promised
    .map((path) => path.replace('./', ''))
    .filter((path) => !files.some((file) => matches(file, path)))
  const ours = files.filter((path) => /\.test\.|\.wat$|tsbuildinfo|(^|\/)\./.test(path))
  return [
    missing.length > 0 ? `the package lacks ${missing.join(', ')}` : '',
    ours.length > 0 ? `the package carries ${ours.join(', ')}, which its users do not need` : '',
  ]
}

/** A promised path may hold one '*' for a part of a name, as `imports` may. */
function matches(file, path) {
  const [start, end] = path.split('*')
  return end === undefined ? file === path : file.startsWith(start) && file.endsWith(end)
}

const targets = (target) => (typeof target === 'string' ? [target] : Object.values(target).flatMap(targets))
