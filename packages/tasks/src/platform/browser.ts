import { TaskError } from '../errors.ts'
import type { Platform } from './platform.ts'

export const platform: Platform = {
  async openFiles(path) {
    throw new TaskError(
      `${path}: a page cannot open paths. Take the files of an <input type="file"> and give them to filesOf().`,
    )
  },
  // Web Crypto digests only what is there whole.
  sha256() {
    const pieces: Uint8Array<ArrayBuffer>[] = []
    return {
      update: (bytes) => void pieces.push(Uint8Array.from(bytes)),
      async digest() {
        const whole = await new Blob(pieces).arrayBuffer()
        const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', whole))
        return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('')
      },
    }
  },
}
