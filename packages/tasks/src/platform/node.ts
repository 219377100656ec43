import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { TaskError } from '../errors.ts'
import type { DataFile } from '../files.ts'
import type { Platform } from './platform.ts'

export const platform: Platform = {
  async openFiles(path) {
    const found = await stat(path).catch((cause: Error) => {
      throw new TaskError(
        `${path}: expected a file or folder with data, received none (${cause.message}). Is the name right?`,
        { cause },
      )
    })
    if (!found.isDirectory()) return [fileAt(path, basename(path))]
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .map((file) => fileAt(file, file.slice(join(path, sep).length).split(sep).join('/')))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
  },
  sha256() {
    const hash = createHash('sha256')
    return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest('hex') }
  },
}

const fileAt = (path: string, name: string): DataFile => ({
  name,
  bytes: () => readFile(path),
  stream: () => createReadStream(path, { highWaterMark: 1 << 18 }),
})
