import type { DataFile } from '../files.ts'

/** A file of that content, read in pieces of `size` bytes. */
export function fileOf(content: string | Uint8Array, { name = 'x.csv', size = 1 << 16 } = {}): DataFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return {
    name,
    bytes: async () => bytes,
    async *stream() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    },
  }
}

/** A table of numbers that is made while it is read, in pieces of a thousand rows. */
export function generated(rows: number, columns: number, onPiece = () => {}): DataFile {
  const encoder = new TextEncoder()
  const head = Array.from({ length: columns }, (_, column) => `c${column}`).join(',')
  async function* stream() {
    yield encoder.encode(`${head}\n`)
    for (let first = 0; first < rows; first += 1000) {
      onPiece()
      const piece = Array.from({ length: Math.min(1000, rows - first) }, (_, row) =>
        Array.from({ length: columns }, (_, column) => ((first + row) * 0.01 + column).toFixed(4)).join(','),
      )
      yield encoder.encode(`${piece.join('\n')}\n`)
    }
  }
  const bytes = () => Promise.reject(new Error('whole'))
  return { name: 'generated.csv', bytes, stream }
}
