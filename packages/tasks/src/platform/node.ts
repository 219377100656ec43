import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { TaskError } from '../errors.ts'
import { type DataFile, heldFile } from '../files.ts'
import type { Platform } from './platform.ts'

export const platform: Platform = {
  async openFiles(path) {
    const found = await stat(path).catch((cause: Error) => {
      throw new TaskError(
        `${path}: expected a file or folder with data, received none (${cause.message}). Is the name right?`,
        { cause },
      )
    })
    if (found.isFIFO()) return [pipeAt(path)]
    if (found.isFile()) return [fileAt(path, basename(path))]
    if (!found.isDirectory()) {
      throw new TaskError(`${path}: expected a file or folder with data, received a device. Name another.`)
    }
    return (await filesIn(path))
      .map((file) => fileAt(file, file.slice(join(path, sep).length).split(sep).join('/')))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
  },
  sha256() {
    const hash = createHash('sha256')
    return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest('hex') }
  },
}

/** Every file below a folder but hidden ones. Links are followed, to folders that were not seen yet. */
async function filesIn(folder: string, found: string[] = [], seen = new Set<string>()): Promise<string[]> {
  const real = await realpath(folder)
  if (seen.has(real)) return found
  seen.add(real)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    const kind = entry.isSymbolicLink() ? await behindLink(path) : entry
    if (kind.isDirectory()) await filesIn(path, found, seen)
    else if (kind.isFile()) found.push(path)
  }
  return found
}

const behindLink = (path: string) =>
  stat(path).catch((cause: Error) => {
    throw new TaskError(
      `${path}: expected a file or folder where this link leads, received none (${cause.message}). Mend the link, or take it out.`,
      { cause },
    )
  })

/** A pipe can be read once, and data are read several times. */
function pipeAt(path: string): DataFile {
  let held: Promise<Uint8Array> | undefined
  return heldFile(basename(path), () => {
    held ??= readFile(path)
    return held
  })
}

const fileAt = (path: string, name: string): DataFile => ({
  name,
  bytes: () => readFile(path),
  stream: () => createReadStream(path, { highWaterMark: 1 << 18 }),
})
