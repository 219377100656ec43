import { appendFileSync } from 'node:fs'

/**
 * For `npm run test:deep`: notes how far something was from a truth. Without CAROUSEL_CONFORMANCE, which names the
 * file that the notes go to, nothing happens.
 */
export function record(
  note: { feature: string; against: string } | { file: string; test: string },
  error: number,
): void {
  const file = process.env.CAROUSEL_CONFORMANCE
  if (file) appendFileSync(file, `${JSON.stringify({ ...note, error })}\n`)
}
