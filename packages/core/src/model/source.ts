import { platform } from '#platform'
import { show } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { decodeModelFile, type ModelFile } from '../file/modelFile.ts'

/** A model file: a path (Node), a URL, or the file's bytes. */
export type ModelSource = string | URL | Uint8Array | ArrayBuffer

/** Reads a model file, and tells what errors call it. */
export async function readModelFile(
  where: string,
  from: ModelSource,
): Promise<{ name: string; file: ModelFile }> {
  if (from instanceof Uint8Array || from instanceof ArrayBuffer) {
    const name = 'these bytes'
    return { name, file: await decodeModelFile(new Uint8Array(from), name) }
  }
  if (typeof from !== 'string' && !(from instanceof URL))
    throw new OptionError(`${where}: expected a path, a URL, or a file's bytes; got ${show(from)}`)
  const name = String(from)
  return { name, file: await decodeModelFile(await platform.readBytes(from), name) }
}
