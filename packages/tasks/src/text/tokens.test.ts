import { expect, test } from 'vitest'
import { tokensOf } from './tokens.ts'

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
