import { TaskError } from '../errors.ts'
import type { Level } from './settings.ts'

/**
 * A text's tokens, in lower case. Words: letters and digits with the apostrophes inside them; every other sign by itself,
 * for punctuation tells much, and of compounds (well-made) the parts are better known than the whole. Where a script
 * writes no spaces between words (Chinese, Japanese, Thai, …), `Intl.Segmenter` finds them. Characters: code points, with
 * several spaces as one.
 */
export function tokensOf(text: string, level: Level): string[] {
  const normal = text.normalize('NFKC').toLowerCase().trim()
  if (level === 'character') return Array.from(normal.replace(/\s+/g, ' '))
  return (normal.match(WORD) ?? []).flatMap((found) => (SPACELESS.test(found) ? segment(found) : [found]))
}

const SCRIPTS = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
const LETTERS = SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')
const SPACELESS = new RegExp(`^[${LETTERS}]`, 'u')

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
