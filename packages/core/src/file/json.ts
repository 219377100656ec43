import type { Json } from '../config/keras.ts'

/**
 * Parses JSON from a file. `JSON.parse` keeps the last of two equal keys silently; here they are refused, as are keys
 * that mean something to JavaScript.
 *
 * @param fail throws, given a reason
 */
export function parseJson(text: string, fail: (reason: string) => never): Json {
  let json: Json
  try {
    json = JSON.parse(text)
  } catch (error) {
    return fail(`its JSON is broken (${error instanceof Error ? error.message : error})`)
  }
  const key = suspiciousKey(text)
  return key === null ? json : fail(`its JSON holds the key '${key}' twice, or at all where it must not`)
}

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** In valid JSON: the first key that is forbidden, or stands twice in an object. */
function suspiciousKey(text: string): string | null {
  const open: (Set<string> | null)[] = []
  let pending: string | null = null
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':' && pending !== null) {
      const keys = open[open.length - 1]
      if (FORBIDDEN.has(pending) || keys?.has(pending)) return pending
      keys?.add(pending)
    }
    pending = token.startsWith('"') ? (JSON.parse(token) as string) : null
  }
  return null
}
