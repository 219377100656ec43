import { readFileSync } from 'node:fs'

/** Of the command, from its manifest. */
export const version: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version

/** What makes the files of this process, for their provenance. */
export const versions = { carousel: version, node: process.versions.node }
