import { platform } from '#platform'
import { reasonOf } from '../error.ts'
import { DownloadError } from './types.ts'
import { watch } from './watch.ts'

/**
 * Asks every mirror for one byte of the file; the first to send it wins, the others are hung up. Rejects,
 * with each mirror's reason, once all have failed or after `ms`: that is how a machine without network is
 * told from a slow one.
 */
export async function race(
  name: string,
  mirrors: readonly string[],
  ms: number,
  signal?: AbortSignal,
): Promise<string> {
  const finish = new AbortController()
  const reasons = new Map(mirrors.map((mirror) => [mirror, `no byte within ${ms / 1000} s`]))
  const run = async (mirror: string, late: AbortSignal): Promise<string> => {
    try {
      await firstByte(addressOf(mirror, name), AbortSignal.any([late, finish.signal]))
      return mirror
    } catch (error) {
      if (!late.aborted) reasons.set(mirror, reasonOf(error))
      throw error
    }
  }

  try {
    return await watch(ms, signal, (late) => Promise.any(mirrors.map((mirror) => run(mirror, late))))
  } catch (cause) {
    signal?.throwIfAborted()
    throw new DownloadError([...reasons].map(([mirror, reason]) => `${mirror}: ${reason}`).join('; '), {
      cause,
    })
  } finally {
    finish.abort()
  }
}

/** Mirrors are folders, with or without the slash at the end. */
export function addressOf(mirror: string, name: string): string {
  return mirror.endsWith('/') ? mirror + name : `${mirror}/${name}`
}

async function firstByte(url: string, signal: AbortSignal): Promise<void> {
  const reply = await platform.request(url, { from: 0, to: 0, signal })
  if (reply.status !== 200 && reply.status !== 206) throw new Error(`status ${reply.status}`)
  for await (const chunk of reply.body) if (chunk.length > 0) return
  throw new Error('an empty file')
}
