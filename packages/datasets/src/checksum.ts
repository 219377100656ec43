import { DatasetError } from './error.ts'
import type { Bytes } from './tensor.ts'

/** SHA-256 in lower-case hex, by Web Crypto, which Node and browsers share. */
export async function sha256(bytes: Bytes): Promise<string> {
  // Browsers hide crypto.subtle from pages served over plain http, localhost excepted.
  if (globalThis.crypto?.subtle === undefined) {
    throw new DatasetError('checksum', {
      expected: 'Web Crypto (crypto.subtle)',
      received: 'a page without it',
      fix: 'Serve the page over https or from localhost.',
    })
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
