/** SHA-256 in hexadecimal; null where the page is not a secure context and therefore has no such function. */
export async function sha256(parts: readonly Uint8Array[]): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', whole))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
