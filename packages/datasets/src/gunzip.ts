import { platform } from '#platform'
import { DatasetError, reasonOf } from './error.ts'
import type { Bytes } from './tensor.ts'

// Deflate shrinks at most 1032 times, so a small file can unpack to gigabytes: stop there.
const maxUnpackedBytes = 2 ** 30

/** Unpacks a gzip stream; `name` appears in errors. A damaged, cut or oversized stream is a DatasetError. */
export async function gunzip(bytes: Bytes, name = 'gzip data', maxBytes = maxUnpackedBytes): Promise<Bytes> {
  try {
    return await platform.gunzip(bytes, maxBytes)
  } catch (error) {
    throw new DatasetError(
      name,
      {
        expected: `a whole gzip stream that unpacks to at most ${maxBytes} bytes`,
        received: `${bytes.length} bytes that do not unpack (${reasonOf(error)})`,
        fix: 'Fetch the file again: it is cut off or damaged.',
      },
      { cause: error },
    )
  }
}
