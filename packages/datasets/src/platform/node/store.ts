import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Store } from '../platform.ts'

/** A folder `dataset` below `root` or, without it, below the user's cache. */
export function openStore(dataset: string, root = userCache()): Store {
  const folder = join(root, dataset)
  return {
    location: folder,
    // A cache that cannot be read is a cache without the file: it is fetched anew.
    read: (name) => readFile(join(folder, name)).catch(() => undefined),
    write: (name, bytes) => writeAtomically(folder, name, bytes),
    remove: (name) => rm(join(folder, name), { force: true }),
  }
}

function userCache(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'carousel', 'cache')
  // The XDG specification: a relative path is invalid and to be ignored.
  const caches = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(userHome(), '.cache')
  return join(caches, 'carousel')
}

/** By HOME, unless that is empty or relative: then the system knows better. */
const userHome = () => (isAbsolute(homedir()) ? homedir() : userInfo().homedir)

/** A temporary file beside it, flushed to the disk, then renamed over it. */
async function writeAtomically(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true })
  const temporary = join(folder, `.${name}.${randomUUID()}.tmp`)
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, join(folder, name))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
