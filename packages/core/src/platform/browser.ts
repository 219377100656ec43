import { FileError } from '../errors.ts'
import { fetchBytes } from './fetchBytes.ts'
import type { Platform } from './platform.ts'

async function cannotWrite(path: string | URL): Promise<never> {
  throw new FileError(
    `a page cannot write the file '${path}'. Take the bytes from saveBytes() and offer them as a download.`,
  )
}

export const platform: Platform = {
  readBytes: fetchBytes,
  writeAtomically: cannotWrite,
  checkWritable: cannotWrite,
  append: cannotWrite,
  makeFolderFor: cannotWrite,
  sizeOf: cannotWrite,
  remove: cannotWrite,
}
