import type { DataFile } from '../files.ts'
import { generator, shuffled } from '../random.ts'

/** Files of these contents by name. */
export function filesWith(contents: Readonly<Record<string, string | Uint8Array>>): DataFile[] {
  return Object.entries(contents).map(([name, content]) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    return {
      name,
      bytes: async () => bytes,
      async *stream() {
        yield bytes
      },
    }
  })
}

const TOLD = { good: ['fine', 'lovely', 'bright'], bad: ['dull', 'tired', 'bleak'] }
const FILLER = ['the', 'film', 'is', 'a', 'plot', 'with', 'actors', 'and', 'music', ',']

/** Sentences with one word that tells the class, good or bad: learned in a blink. Rows of a table: text, label. */
export function reviews(count: number, seed = 1): { text: string; label: 'good' | 'bad' }[] {
  const random = generator(seed)
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]
  return Array.from({ length: count }, (_, index) => {
    const label = index % 2 === 0 ? 'good' : 'bad'
    const words = Array.from({ length: 3 + Math.floor(random() * 6) }, () => pick(FILLER))
    return { text: shuffled([...words, pick(TOLD[label])], random).join(' '), label }
  })
}

export const csvOf = (rows: readonly { text: string; label: string }[]): string =>
  ['text,label', ...rows.map(({ text, label }) => `"${text}",${label}`), ''].join('\n')
