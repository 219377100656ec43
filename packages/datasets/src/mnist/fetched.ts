import { platform } from '#platform'
import { sha256 } from '../checksum.ts'
import { download } from '../download/download.ts'
import { DownloadError, type Downloaded } from '../download/types.ts'
import type { Store } from '../platform/platform.ts'
import { decode, type FoundFile } from './decode.ts'
import { type MnistFile, mnistFiles, mnistMirrors } from './files.ts'
import type { MnistOptions } from './options.ts'
import type { RawMnist } from './source.ts'

/**
 * MNIST from the user's cache; what it lacks, or holds damaged, is downloaded and kept there. Undefined,
 * with the reason in `notes`, where it cannot be had.
 */
export async function fromCacheOrDownload(
  { cache, mirrors = mnistMirrors, signal, onProgress }: MnistOptions,
  notes: string[],
): Promise<RawMnist | undefined> {
  const store = platform.openStore('mnist', cache)
  const kept = await Promise.all(mnistFiles.map((file) => readKept(file, store)))
  const missing = mnistFiles.filter((_, index) => kept[index] === undefined)
  if (store && missing.length === 0) return decode(present(kept), 'cache', store.location, notes)
  if (store) notes.push(`the cache ${store.location} lacks ${missing.map((file) => file.name).join(', ')}`)
  if (mirrors.length === 0) {
    notes.push('no mirrors to download from')
    return undefined
  }

  let downloaded: Map<string, Downloaded>
  try {
    downloaded = await download(missing, { mirrors, store, signal, onProgress })
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error
    notes.push(`the download failed: ${error.message}`)
    return undefined
  }

  for (const [name, { notKept }] of downloaded) {
    if (notKept) notes.push(`${name} could not be kept in ${store?.location}: ${notKept}`)
  }
  const found = mnistFiles.map((file, index) => kept[index] ?? receivedOf(file, downloaded))
  const [{ url }] = downloaded.values()
  return decode(present(found), 'download', url.slice(0, url.lastIndexOf('/') + 1), notes)
}

/** A kept file, if it is whole. */
async function readKept(file: MnistFile, store: Store | undefined): Promise<FoundFile | undefined> {
  const bytes = await store?.read(file.name)
  if (!store || !bytes || (await sha256(bytes)) !== file.sha256) return undefined
  return { file, bytes, location: platform.joinPath(store.location, file.name) }
}

function receivedOf(file: MnistFile, downloaded: Map<string, Downloaded>): FoundFile | undefined {
  const received = downloaded.get(file.name)
  return received && { file, bytes: received.bytes, location: received.url }
}

const present = (found: readonly (FoundFile | undefined)[]) => found.filter((file) => file !== undefined)
