import { randomBytes } from 'node:crypto'
import {
  access,
  appendFile,
  constants,
  mkdir,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FileError } from '../errors.ts'
import { fetchBytes } from './fetchBytes.ts'
import type { Platform } from './platform.ts'

export const platform: Platform = {
  async readBytes(from) {
    // a text, too, as in browsers
    const url = /^(https?|file):\/\//.test(String(from)) ? new URL(from) : from
    if (url instanceof URL && url.protocol !== 'file:') return fetchBytes(url)
    try {
      const bytes = await readFile(url)
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    } catch (error) {
      throw explain(error, `cannot read '${from}'`)
    }
  },

  async writeAtomically(to, bytes) {
    // through a link, which else would be replaced itself
    const path = await realpath(pathOf(to)).catch(() => pathOf(to))
    await platform.checkWritable(path)
    const temporary = join(dirname(resolve(path)), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
    try {
      const file = await open(temporary, 'wx')
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, path)
      await flushFolder(dirname(resolve(path)))
    } catch (error) {
      // what went wrong before is what the caller must hear
      await rm(temporary, { force: true }).catch(() => {})
      throw explain(error, `cannot write '${path}'`)
    }
  },

  async checkWritable(to) {
    const path = pathOf(to)
    const folder = dirname(resolve(path))
    try {
      // with '/.' a file in the folder's place is found too
      await access(`${folder}/.`, constants.W_OK | constants.X_OK)
    } catch (error) {
      throw explain(error, `cannot write '${path}': its folder '${folder}' cannot be written`)
    }
    const existing = await stat(path).catch(() => null)
    if (existing?.isDirectory())
      throw new FileError(`cannot write '${path}': it is a folder. Give a file name.`)
    if (existing && !existing.isFile())
      throw new FileError(`cannot write '${path}': it is not an ordinary file.`)
    if (existing) {
      await access(path, constants.W_OK).catch((error) => {
        throw explain(error, `cannot write '${path}'`)
      })
    }
  },

  async append(to, bytes) {
    await platform.makeFolderFor(to)
    await appendFile(pathOf(to), bytes).catch(failed(`cannot write '${to}'`))
  },

  async makeFolderFor(file) {
    const folder = dirname(resolve(pathOf(file)))
    await mkdir(folder, { recursive: true }).catch(failed(`cannot make the folder '${folder}'`))
  },

  async sizeOf(file) {
    const found = await stat(pathOf(file)).catch((error) => {
      if (error.code === 'ENOENT') return null
      throw explain(error, `cannot read '${file}'`)
    })
    return found === null ? null : found.size
  },

  async remove(file) {
    await rm(pathOf(file), { force: true }).catch(failed(`cannot remove '${file}'`))
  },
}

function failed(what: string): (error: unknown) => never {
  return (error) => {
    throw explain(error, what)
  }
}

function pathOf(file: string | URL): string {
  if (typeof file === 'string') return file
  if (file.protocol === 'file:') return fileURLToPath(file)
  throw new FileError(`cannot write '${file}': give a path or a file URL`)
}

/** Makes the rename itself last; some systems cannot flush a folder, and need not. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  if (!handle) return
  await handle.sync().catch(() => {})
  await handle.close()
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder. Is the path right?',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed',
  EISDIR: 'it is a folder. Name a file in it.',
  ENOTDIR: 'a part of the path is not a folder',
}

function explain(error: unknown, what: string): FileError {
  const { code, message } = error as NodeJS.ErrnoException
  return new FileError(`${what}: ${(code && REASONS[code]) ?? message}`, { cause: error })
}
