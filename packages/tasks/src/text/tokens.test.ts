import { describe, expect, test, vi } from 'vitest'
import { generator } from '../random.ts'
import { isBoundary, tokensOf } from './tokens.ts'

test.each<[string, string[]]>([
  [
    "It's a well-made film, isn't it?!",
    ["it's", 'a', 'well', '-', 'made', 'film', ',', "isn't", 'it', '?', '!'],
  ],
  ['“Ａ　１０ Café”', ['“', 'a', '10', 'café', '”']],
  ['so-so - really :)', ['so', '-', 'so', '-', 'really', ':', ')']],
  ['СОЮЗ naïve ÅNGSTRÖM', ['союз', 'naïve', 'ångström']],
  ['नमस्ते दुनिया', ['नमस्ते', 'दुनिया']],
  ['👍🏽 ok', ['👍', '🏽', 'ok']],
])('words of %s', (text, tokens) => {
  expect(tokensOf(text, 'word')).toEqual(tokens)
})

test('Chinese, Japanese and Thai are cut where words end, not at spaces alone', () => {
  expect(tokensOf('这部电影很好看,我喜欢BBC的节目', 'word')).toEqual(
    expect.arrayContaining(['电影', '喜欢', 'bbc', '节目', ',']),
  )
  expect(tokensOf('映画が好きです', 'word')).toEqual(expect.arrayContaining(['映画', '好き']))
  expect(tokensOf('ฉันรักหนัง', 'word')).toEqual(expect.arrayContaining(['รัก', 'หนัง']))
})

test('a text without any mark takes time in proportion to its length', () => {
  const one = tokensOf('电影很好看'.repeat(200), 'word')
  const many = tokensOf('电影很好看'.repeat(200 * 100), 'word')
  expect(many).toEqual(Array.from({ length: 100 }, () => one).flat())
})

test('a text of one word without end is cut, too', () => {
  expect(tokensOf('x'.repeat(1 << 23), 'word')).toHaveLength(Math.ceil((1 << 23) / 1000))
  expect(tokensOf("x'".repeat(1 << 23), 'word').join('')).toHaveLength(1 << 24)
  expect(tokensOf('x'.repeat(1000), 'word')).toHaveLength(1)
})

test('characters, with spaces as one', () => {
  expect(tokensOf(' Ab \n\t电😀', 'character')).toEqual(['a', 'b', ' ', '电', '😀'])
})

test('every text that is not blank has a token', () => {
  for (const text of ['.', '\u200d', '\ufe0f', '😀', '\u0301', 'ー']) {
    expect(tokensOf(text, 'word').length).toBeGreaterThan(0)
  }
})

describe('of some tokens alone', () => {
  const LONG = [
    "It's a well-made film, isn't it?! ",
    '这部电影很好看',
    '映画が好きです。ｶﾞｷﾞ',
    'ฉันรักหนัง',
    'ΑΣ.Σ ΣΑΣ',
    "x'",
    '’',
    '한국어 \u1112\u1161\u11ab',
    'e\u0323\u0301',
    '👍🏽',
    '  \n\u00a0',
    'ﬁＡ１½',
  ]

  test.each(['word', 'character'] as const)('they are the first of all, level %s', (level) => {
    const random = generator(1)
    const pick = () => LONG[Math.floor(random() * LONG.length)]
    const mixed = Array.from({ length: 10 }, () => Array.from({ length: 1500 }, pick).join(''))
    for (const text of [...LONG.map((part) => part.repeat(1500)), ...mixed]) {
      const all = tokensOf(text, level)
      for (const most of [1, 2, 3, 9, 50, 300]) {
        expect(tokensOf(text, level, most)).toEqual(all.slice(0, most))
      }
    }
  })

  test('a letter that comes after many marks still tells how a sigma is written', () => {
    for (const end of ['Α', '']) {
      const text = `ΑΣ${"'.".repeat(5000)}${end}`
      expect(tokensOf(text, 'character', 2)).toEqual(tokensOf(text, 'character').slice(0, 2))
    }
  })

  test('the rest is not looked at', () => {
    for (const part of ['a film ', '电影很好看', 'x', '👍', '한국', '\n']) {
      const text = `begin ${part.repeat((1 << 24) / part.length)}`
      const normalize = vi.spyOn(String.prototype, 'normalize')
      expect(tokensOf(text, 'word', 2).slice(0, 1)).toEqual(['begin'])
      const sizes = normalize.mock.contexts.map((own) => String(own).length)
      normalize.mockRestore()
      if (part !== '\n') expect(Math.max(...sizes)).toBeLessThan(5000)
    }
  })

  test('nothing before a boundary is changed by what follows it', () => {
    const points = Array.from({ length: 0x110000 }, (_, point) => point).filter(
      (point) => point < 0xd800 || point > 0xdfff,
    )
    const characters = points.map((point) => String.fromCodePoint(point))
    /** What composes with a character before it, by all that decomposes. */
    const seconds = new Set(characters.flatMap((own) => Array.from(own.normalize('NFD')).slice(1)))
    const joining = characters.filter((own) => {
      const [first] = own.normalize('NFKD')
      // beside U+0345, of the last class of all, another mark would change places
      return seconds.has(first) || `a\u0345${first}`.normalize('NFD') !== `a\u0345${first.normalize('NFD')}`
    })
    expect(joining.length).toBeGreaterThan(900)
    expect(joining.filter(isBoundary)).toEqual([])
    expect(characters.filter(isBoundary).length).toBeGreaterThan(90_000)
  })
})
