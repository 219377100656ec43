import type { Store } from '../platform/platform.ts'
import { fetchFile } from './fetch-file.ts'
import { race } from './race.ts'
import type { Downloaded, Patience, RemoteFile } from './types.ts'

export interface DownloadProgress {
  /** The file of which bytes have just come. */
  file: string
  /** Bytes so far, over all files of the download … */
  received: number
  /** … and bytes there are. */
  total: number
}

export interface DownloadOptions {
  mirrors: readonly string[]
  /** Where what has come of a file waits for the next time when this one ends early. */
  store?: Store
  signal?: AbortSignal
  onProgress?: (progress: DownloadProgress) => void
  patience?: Patience
}

const patient: Patience = { firstByteMs: 2000, stallMs: 5000, attempts: 6, backoffMs: 100 }

/**
 * Fetches the files side by side, each verified by its checksum. The mirrors race for the first byte; after
 * it a broken transfer is resumed where it stopped, from every mirror by turns, the winner first. One file
 * that cannot be had ends the others, and all rejects with a DownloadError.
 */
export async function download(
  files: readonly RemoteFile[],
  { mirrors, store, signal, onProgress, patience = patient }: DownloadOptions,
): Promise<Map<string, Downloaded>> {
  const smallest = files.reduce((least, file) => (file.bytes < least.bytes ? file : least))
  const winner = await race(smallest.name, mirrors, patience.firstByteMs, signal)
  const order = [winner, ...mirrors.filter((mirror) => mirror !== winner)]

  const ended = new AbortController()
  const either = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal
  const report = onProgress && progressOver(files, onProgress)
  const transfers = files.map(async (file): Promise<[string, Downloaded]> => {
    const onBytes = (received: number) => {
      try {
        report?.(file.name, received)
      } catch (error) {
        ended.abort(error) // The caller's own error, not the mirror's: no reason to try again.
      }
    }
    try {
      return [file.name, await fetchFile(file, order, { store, patience, signal: either, onBytes })]
    } catch (error) {
      ended.abort(error)
      throw error
    }
  })
  // All have to end, also those that were told to, so that nothing is written after we return.
  await Promise.allSettled(transfers)
  return new Map(await Promise.all(transfers))
}

function progressOver(files: readonly RemoteFile[], onProgress: (progress: DownloadProgress) => void) {
  const parts = new Map<string, number>()
  const total = files.reduce((sum, file) => sum + file.bytes, 0)
  return (file: string, bytes: number) => {
    parts.set(file, bytes)
    onProgress({ file, received: [...parts.values()].reduce((a, b) => a + b), total })
  }
}
