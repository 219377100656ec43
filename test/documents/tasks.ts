/** What the pages of the tasks take for granted: a small sample of the data that each page's commands name. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordings, sayWord, wavOf } from './sounds.ts'

/** Reviews, of which one word in each tells the class. */
function reviews(count: number): { text: string; label: string }[] {
  const told = { pos: ['fine', 'lovely', 'bright'], neg: ['dull', 'tired', 'bleak'] }
  const rest = ['the film is', 'a plot with', 'music and', 'actors are']
  return Array.from({ length: count }, (_, n) => {
    const label = n % 2 === 0 ? 'pos' : 'neg'
    return { text: `${rest[(n >> 1) % 4]} ${told[label][(n >> 3) % 3]} ${n % 5}`, label }
  })
}

const rowsOf = (head: string, delimiter: string, count: number) =>
  [head, ...reviews(count).map(({ text, label }) => `${text}${delimiter}${label}`), ''].join('\n')

/** A week's rhythm, and a slow rise. */
function sales(days: number): string {
  const rows = Array.from({ length: days }, (_, n) => {
    const date = new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10)
    return `${date},${100 + (n % 7) * 5 + n / 10},${9 + (n % 3) / 2}`
  })
  return ['date,sold,price', ...rows, ''].join('\n')
}

/** By page, what makes its files in a folder. */
export const samples: Readonly<Record<string, (folder: string) => void>> = {
  chars(folder) {
    const line = 'My lord, the moon is but a painted lamp,\nAnd we are shadows that it throws at play.\n'
    writeFileSync(join(folder, 'plays.txt'), line.repeat(40))
    writeFileSync(join(folder, 'other.txt'), line.repeat(4))
    writeFileSync(join(folder, 'poem.txt'), line.repeat(12))
  },
  forecast(folder) {
    writeFileSync(join(folder, 'sales.csv'), sales(400))
  },
  speech(folder) {
    for (const [place, each] of [
      ['recordings', 8],
      ['other-recordings', 2],
    ] as const) {
      mkdirSync(join(folder, place))
      for (const { name, bytes } of recordings(each)) writeFileSync(join(folder, place, name), bytes)
    }
    writeFileSync(join(folder, 'word.wav'), wavOf(sayWord('yes', 1)))
  },
  text(folder) {
    writeFileSync(join(folder, 'reviews.csv'), rowsOf('text,label', ',', 120))
    writeFileSync(join(folder, 'new-reviews.csv'), rowsOf('text,label', ',', 20))
    writeFileSync(join(folder, 'letters.tsv'), rowsOf('body\tdepartment', '\t', 40))
    writeFileSync(join(folder, 'texts.txt'), 'a lovely plot\nso dull\n')
    mkdirSync(join(folder, 'movies'))
    for (const label of ['pos', 'neg']) {
      const own = reviews(60).filter((review) => review.label === label)
      writeFileSync(join(folder, `movies/${label}.txt`), own.map(({ text }) => text).join('\n'))
    }
  },
}
