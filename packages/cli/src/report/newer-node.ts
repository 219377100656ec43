import { readFileSync } from 'node:fs'

/** The committed benchmark's word on newer Nodes; null until there is one. */
interface BenchmarkNote {
  /** The newer Node's major version. */
  node: number | null
  /** How many times as fast it trained. */
  faster: number | null
  machine: string | null
  date: string | null
}

/** What a newer Node would have brought, for those on Node 20. */
export function newerNodeNote(running = process.versions.node): string | undefined {
  if (Number.parseInt(running, 10) !== 20) return undefined
  const url = new URL('../../benchmark-note.json', import.meta.url)
  const { node, faster, machine, date }: BenchmarkNote = JSON.parse(readFileSync(url, 'utf8'))
  if (node === null || faster === null) return undefined
  return `On Node ${node} the training of handwritten digits ran ${faster.toFixed(1)} times as fast as on Node 20 (${machine}, ${date}; see docs/performance.md).`
}
