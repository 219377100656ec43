import type { Json } from '../config/keras.ts'

/** Nothing that means anything is nested deeper; deeper JSON only exhausts the stack of whoever walks through it. */
const DEEPEST = 500
/** A model has some hundred; reading very many takes very long. */
const MOST_KEYS = 1_000_000

/**
 * Parses JSON from a file. `JSON.parse` keeps the last of two equal keys silently; here they are refused, as is the key
 * that means something to JavaScript.
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
  const flaw = findFlaw(text)
  return flaw === null ? json : fail(flaw)
}

/** In valid JSON: what is wrong with its keys or its depth; null if nothing is. */
export function findFlaw(text: string): string | null {
  /** The keys of each object that is open, null for an array. */
  const open: (Set<string> | null)[] = []
  let last = ''
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      const end = endOfString(text, at)
      last = text.slice(at, end)
      at = end - 1
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : null)
      if (open.length > DEEPEST) return `its JSON is nested deeper than ${DEEPEST} levels`
    } else if (character === '}' || character === ']') {
      open.pop()
    } else if (character === ':') {
      if (++count > MOST_KEYS) return `its JSON has more than ${MOST_KEYS} keys`
      const key = JSON.parse(last) as string
      const keys = open[open.length - 1]
      if (key === '__proto__') return `its JSON holds the key '__proto__'`
      if (keys?.has(key)) return `its JSON holds the key '${key}' twice`
      keys?.add(key)
    }
  }
  return null
}

/** Behind the quotation mark that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0
    while (text[quote - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return quote + 1
  }
}
