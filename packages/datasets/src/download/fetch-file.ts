import { sha256 } from '../checksum.ts'
import { reasonOf } from '../error.ts'
import type { Store } from '../platform/platform.ts'
import type { Bytes } from '../tensor.ts'
import { PartialFile } from './partial-file.ts'
import { addressOf } from './race.ts'
import { receive } from './receive.ts'
import { DownloadError, type Downloaded, type Patience, type RemoteFile } from './types.ts'
import { pause } from './watch.ts'

interface FetchOptions {
  store?: Store
  patience: Patience
  signal: AbortSignal
  onBytes: (received: number) => void
}

/** Fetches one file, going on where an earlier try or an earlier run stopped, and keeps it in the store. */
export async function fetchFile(
  file: RemoteFile,
  mirrors: readonly string[],
  { store, patience, signal, onBytes }: FetchOptions,
): Promise<Downloaded> {
  const partName = `${file.name}.part`
  const part = new PartialFile(file.bytes)
  const earlier = await store?.read(partName)
  if (earlier && earlier.length < file.bytes) part.append(earlier)

  try {
    const url = await byTurns(mirrors, file.name, patience, signal, async (url) => {
      await receive(url, part, patience.stallMs, signal, () => onBytes(part.length))
      await verify(part, file)
    })
    const notKept = await keep(file.name, part.bytes, store)
    await store?.remove(partName).catch(() => {})
    return { bytes: part.bytes, url, notKept }
  } catch (error) {
    // For the next time, if it can be kept; the error that brought us here is the one to tell.
    if (part.length > 0) await keep(partName, part.bytes, store)
    throw error
  }
}

async function keep(name: string, bytes: Bytes, store: Store | undefined): Promise<string | undefined> {
  try {
    await store?.write(name, bytes)
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

/** Tries one mirror after the other, with growing pauses, until one delivers; says which. */
async function byTurns(
  mirrors: readonly string[],
  name: string,
  { attempts, backoffMs }: Patience,
  signal: AbortSignal,
  tryOnce: (url: string) => Promise<void>,
): Promise<string> {
  let last = ''
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await pause(backoffMs * 2 ** (attempt - 1), signal)
    const url = addressOf(mirrors[attempt % mirrors.length], name)
    try {
      await tryOnce(url)
      return url
    } catch (error) {
      signal.throwIfAborted()
      last = `${url}: ${reasonOf(error)}`
    }
  }
  throw new DownloadError(`${attempts} attempts failed, the last at ${last}`)
}

/** A wrong checksum does not tell which bytes are wrong, so all are dropped. */
async function verify(part: PartialFile, file: RemoteFile): Promise<void> {
  const received = await sha256(part.bytes)
  if (received === file.sha256) return
  part.clear()
  throw new Error(`SHA-256 ${received} instead of ${file.sha256}`)
}
