import { appendFileSync } from 'node:fs'

/** For `npm run test:deep`, as in core's testing/record.ts: notes how far something was from a truth. */
export function record(
  note: { feature: string; against: string } | { file: string; test: string },
  error: number,
): void {
  const file = process.env.CAROUSEL_CONFORMANCE
  if (file) appendFileSync(file, `${JSON.stringify({ ...note, error })}\n`)
}
