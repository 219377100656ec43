import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The path of a drawn digit that comes with the command, to try it on: as short as can be. */
export function samplePicture(): string {
  const absolute = fileURLToPath(new URL('../../samples/three.png', import.meta.url))
  const near = relative(process.cwd(), absolute)
  return near.length < absolute.length ? near : absolute
}
