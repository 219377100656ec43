import { readFileSync } from 'node:fs'
import { capture } from '../workspace/children.mjs'
import { inRoot } from '../workspace/paths.mjs'

/** What belongs to one machine and has no place in a commit. Each pattern is broken up so as not to find itself. */
const foreign = [
  /(?<![\w.~})\]/-])\/(?:work|farm|root|tmp|home\/\w+)\/\w/,
  /\b[A-Za-z]:\\Users\\/,
  /"resolved": "https?:/,
  /\bregistry\.npm[j]s\.org|\bfiles\.python[h]osted\.org|\bdeb\.debia[n]\.org/,
]

/** Reads every file that is, or would be, committed. */
export function checkWords() {
  const { code, output } = capture('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'])
  if (code !== 0) return `git could not list the files: ${output}`
  return output.split('\0').filter(Boolean).flatMap(findings).join('\n')
}

function findings(name) {
  const text = readText(name)
  return text.split('\n').flatMap((line, index) => {
    const match = foreign.map((pattern) => pattern.exec(line)?.[0]).find(Boolean)
    return match
      ? [`${name}:${index + 1}: '${match}' belongs to one machine: write a relative or made-up place`]
      : []
  })
}

/** A file's text; of a binary file, or one removed but not yet committed so, nothing. */
function readText(name) {
  try {
    const bytes = readFileSync(inRoot(name))
    return bytes.subarray(0, 8000).includes(0) ? '' : bytes.toString('utf8')
  } catch {
    return ''
  }
}
