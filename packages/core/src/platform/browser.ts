import { FileError } from '../errors.ts'
import type { Platform } from './platform.ts'

async function cannotWrite(path: string | URL): Promise<never> {
  throw new FileError(
    `a page cannot write the file '${path}'. Take the bytes from saveBytes() and offer them as a download.`,
  )
}

export const platform: Platform = {
  async readBytes(from) {
    const response = await fetch(from).catch((error) => {
      throw new FileError(`cannot fetch '${from}': ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
    })
    if (!response.ok) throw new FileError(`cannot fetch '${from}': ${response.status} ${response.statusText}`)
    return new Uint8Array(await response.arrayBuffer())
  },
  writeAtomically: cannotWrite,
  checkWritable: cannotWrite,
  append: cannotWrite,
  makeFolderFor: cannotWrite,
  sizeOf: cannotWrite,
  remove: cannotWrite,
}
