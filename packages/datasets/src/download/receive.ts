import { platform } from '#platform'
import type { Reply } from '../platform/platform.ts'
import type { PartialFile } from './partial-file.ts'
import { watch } from './watch.ts'

/** Fetches what `part` lacks. Rejects, keeping what came, where the mirror refuses, stalls or stops early. */
export async function receive(
  url: string,
  part: PartialFile,
  stallMs: number,
  signal: AbortSignal,
  onBytes: () => void,
): Promise<void> {
  await watch(stallMs, signal, async (inner, alive) => {
    const reply = await platform.request(url, { from: part.length || undefined, signal: inner })
    inner.throwIfAborted()
    position(part, reply)
    for await (const chunk of reply.body) {
      inner.throwIfAborted()
      alive()
      part.append(chunk)
      onBytes()
    }
    // A broken connection would have thrown: the mirror's file ends here, so it is another one.
    if (!part.complete) {
      const { length, size } = part
      part.clear()
      throw new Error(`a file of ${length} bytes instead of ${size}`)
    }
  })
}

/** Checks what the mirror is about to send against what we hold, and drops that where they do not join. */
function position(part: PartialFile, reply: Reply): void {
  switch (reply.status) {
    case 206:
      joinRange(part, reply.header('content-range') ?? '')
      break
    case 200: {
      // The whole file: nothing was asked to be left out, or the mirror knows no ranges.
      part.clear()
      const length = reply.header('content-length')
      const encoded = reply.header('content-encoding') !== undefined
      if (length !== undefined && !encoded) checkSize(part, Number(length))
      break
    }
    default:
      if (reply.status === 416) part.clear() // The mirror's file ends before what we hold does.
      throw new Error(`status ${reply.status}`)
  }
}

/** `range` is a Content-Range, "bytes FROM-TO/SIZE". Browsers may hide it; then the checksum decides. */
function joinRange(part: PartialFile, range: string): void {
  const [, from, size] = /^bytes (\d+)-\d+\/(\d+)?/.exec(range) ?? []
  if (size !== undefined) checkSize(part, Number(size))
  if (from === undefined || Number(from) === part.length) return
  const held = part.length
  part.clear()
  throw new Error(`asked for the bytes from ${held} on, offered those from ${from} on`)
}

function checkSize(part: PartialFile, offered: number): void {
  if (offered !== part.size) throw new Error(`a file of ${offered} bytes instead of ${part.size}`)
}
