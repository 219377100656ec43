import { platform } from '#platform'

/** A file with data, wherever it lies: on a disk, or chosen in a page. */
export interface DataFile {
  /** Its path below the folder that was named, with '/'; the name alone of a file that was. */
  name: string
  bytes(): Promise<Uint8Array>
  /** The same in pieces, for what should not be in memory whole. */
  stream(): AsyncIterable<Uint8Array>
}

/** A file whose bytes are held, or will be once somebody asks. */
export const heldFile = (name: string, bytes: () => Promise<Uint8Array>): DataFile => ({
  name,
  bytes,
  async *stream() {
    yield await bytes()
  },
})

/** Whether a path is of a file that systems put among others: .DS_Store, what macOS packs beside each (._a.txt), .git. */
export const isHidden = (path: string): boolean => /(^|\/)\.[^/]/.test(path)

/**
 * Node: the file of that path, or every file in the folder of that path and below it, sorted by name, without hidden ones.
 *
 * @throws TaskError where there is none, and in a page
 */
export const openFiles = (path: string): Promise<DataFile[]> => platform.openFiles(path)

/** Of files that were chosen in a page: those of an `<input type="file">`, a folder's but hidden ones, or of a drop. */
export function filesOf(chosen: Iterable<File>): DataFile[] {
  return Array.from(chosen)
    .filter((file) => !isHidden(pathOf(file)))
    .map((file) => ({
      name: pathOf(file) || file.name,
      bytes: async () => new Uint8Array(await file.arrayBuffer()),
      stream: () => piecesOf(file.stream()),
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** Below the folder that was chosen; empty where the file itself was. Node's File has no such path. */
const pathOf = (file: File): string => file.webkitRelativePath?.split('/').slice(1).join('/') ?? ''

/** Not every browser can iterate a stream. */
async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value
  } finally {
    await reader.cancel()
  }
}

/**
 * SHA-256 over the files' names and bytes, in their order: the data's checksum, in hexadecimal. Of a file alone the bytes
 * count, whatever it is called.
 */
export async function checksumOf(files: readonly DataFile[]): Promise<string> {
  const sum = platform.sha256()
  for (const file of files) {
    if (files.length > 1) sum.update(new TextEncoder().encode(`${file.name}\0`))
    for await (const piece of file.stream()) sum.update(piece)
  }
  return sum.digest()
}
