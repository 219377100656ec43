import { TaskError } from '../errors.ts'
import type { Level } from './settings.ts'

/**
 * A text's tokens, in lower case. Words: letters and digits with the apostrophes inside them; every other sign by itself,
 * for punctuation tells much, and of compounds (well-made) the parts are better known than the whole. Where a script
 * writes no spaces between words (Chinese, Japanese, Thai, …), `Intl.Segmenter` finds them. Characters: code points, with
 * several spaces as one.
 *
 * @param most of them, from the start: no more of a text is looked at than they need, however long it is
 */
export function tokensOf(text: string, level: Level, most = Number.POSITIVE_INFINITY): string[] {
  for (let room = 1000 + 16 * most; room < text.length; room *= 4) {
    const begun = beginningOf(text, room)
    const tokens = begun === undefined ? [] : cut(begun, level, { most, goesOn: true })
    if (tokens.length === most) return tokens
  }
  return cut(normalOf(text), level, { most, goesOn: false })
}

const normalOf = (text: string): string => withCapitals(text).toLowerCase()
const withCapitals = (text: string): string => text.normalize('NFKC').trimStart()

/**
 * The beginning of `normalOf(text)` that some `room` of the text makes, whatever follows; undefined where that is not known:
 * whether a Σ in the end becomes σ or ς is told by the letter after it, and marks may stand between.
 */
function beginningOf(text: string, room: number): string | undefined {
  BOUNDARY.lastIndex = room
  const end = BOUNDARY.exec(text)?.index
  if (end === undefined) return undefined
  const begun = withCapitals(text.slice(0, end))
  return /Σ\p{Case_Ignorable}*$/u.test(begun) ? undefined : begun.toLowerCase()
}

/** @param goesOn whether more text follows, so that the last word may not be whole */
function cut(normal: string, level: Level, { most, goesOn }: { most: number; goesOn: boolean }): string[] {
  if (level === 'character') return Array.from(normal.trimEnd().replace(/\s+/g, ' ')).slice(0, most)
  const tokens: string[] = []
  for (const { 0: found, index } of normal.matchAll(WORD)) {
    // an apostrophe in the end may be inside a word
    if (tokens.length >= most || (goesOn && index + found.length >= normal.length - 1)) break
    if (SPACELESS.test(found)) tokens.push(...segment(found))
    else tokens.push(found)
  }
  return tokens.length > most ? tokens.slice(0, most) : tokens
}

const SCRIPTS = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
const LETTERS = SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')
const SPACELESS = new RegExp(`^[${LETTERS}]`, 'u')

/** What NFKC never joins with what stands before it: no marks, of Korean whole syllables alone. */
const BOUNDARY = new RegExp(`[가-힣\\p{Lu}\\p{Ll}\\p{N}\\p{P}\\p{S}\\s]|(?!\\p{M}|\\p{Lm})[${LETTERS}]`, 'gu')
export const isBoundary = (character: string): boolean => character.search(BOUNDARY) === 0

// What has more without a space or mark is no word or sentence of anyone's, and is cut: the time that Intl.Segmenter takes
// grows faster than the text, and the stack of a regular expression ends somewhere.
const SPACED = `(?:(?![${LETTERS}])[\\p{L}\\p{M}\\p{N}]){1,1000}`
const WORD = new RegExp(`[${LETTERS}][${LETTERS}\\p{M}ー]{0,999}|${SPACED}(?:['’]${SPACED}){0,99}|\\S`, 'gu')

let segmenter: Intl.Segmenter | undefined

function segment(text: string): string[] {
  if (typeof Intl.Segmenter !== 'function') {
    throw new TaskError(
      'expected Intl.Segmenter, which finds words where no spaces are written, received a runtime without it. Use a newer one, or read characters.',
    )
  }
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' })
  return Array.from(segmenter.segment(text), (found) => found.segment)
}
