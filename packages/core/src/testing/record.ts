import { appendFileSync } from 'node:fs'

/**
 * For `npm run test:deep`: notes how far something was from a truth. Without CAROUSEL_CONFORMANCE, which names the
 * file that the notes go to, nothing happens.
 */
export function record(feature: string, against: string, error: number): void {
  const file = process.env.CAROUSEL_CONFORMANCE
  if (file) appendFileSync(file, `${JSON.stringify({ feature, against, error })}\n`)
}
