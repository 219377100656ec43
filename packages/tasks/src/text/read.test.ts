import { describe, expect, test } from 'vitest'
import { readTexts } from './read.ts'
import { filesWith } from './testing.ts'

const plain = { textColumn: null, labelColumn: null, encoding: 'utf-8' }
const read = (contents: Record<string, string | Uint8Array>, format = {}) =>
  readTexts(filesWith(contents), 'data', { ...plain, ...format })

const two = [
  { text: 'fine, and more', label: 'pos' },
  { text: 'dull', label: 'neg' },
]

describe('every form of data comes to the same', () => {
  test.each<[string, Record<string, string | Uint8Array>, object?]>([
    ['a table', { 'a.csv': 'label,text\npos,"fine, and more"\nneg,dull\n' }],
    ['a table with tabs', { 'a.tsv': 'text\tlabel\nfine, and more\tpos\ndull\tneg\n' }],
    ['a byte order mark', { 'a.csv': '\ufefftext,label\n"fine, and more",pos\ndull,neg\n' }],
    [
      'columns of other names',
      { 'a.csv': 'id,q,z\n1,"fine, and more",pos\n2,dull,neg\n' },
      { textColumn: 'q', labelColumn: 'z' },
    ],
    ['JSON lines', { 'a.jsonl': '{"text":"fine, and more","label":"pos"}\n\n{"label":"neg","text":"dull"}' }],
    [
      'an array of JSON',
      { 'a.json': '[{"text":"fine, and more","label":"pos"},\n{"label":"neg","text":"dull"}]' },
    ],
    ['a file for each class, by its name', { 'pos.txt': 'fine, and more\n', 'neg.txt': 'dull\r\n' }],
    [
      'a file for each class, by its ending',
      { 'film.pos': 'fine, and more\n', 'film.neg': 'dull', 'README.md': 'x' },
    ],
    ['a folder for each class', { 'pos/1.txt': 'fine, and more', 'neg/7.txt': 'dull', 'README.md': 'x' }],
    [
      'UTF-16',
      {
        'a.csv': Uint8Array.from(
          Buffer.from('\ufefftext,label\n"fine, and more",pos\ndull,neg\n', 'utf16le'),
        ),
      },
      { encoding: 'utf-16le' },
    ],
  ])('%s', async (_, contents, format) => {
    const { samples } = await read(contents, format)
    expect(samples).toEqual(two)
  })

  test('lines of text that are not read as such: quotes, commas, spaces', async () => {
    const { samples } = await read({ 'a.x': 'say "no, never" \n', 'a.y': 'yes' })
    expect(samples[0].text).toBe('say "no, never" ')
  })
})

describe('what was guessed or left out is told', () => {
  test('columns', async () => {
    const { notes } = await read({
      'a.csv': 'id,body,stars\n1,so very fine,5\n2,"dull, dull",1\n3,so so,5\n',
    })
    expect(notes).toEqual([
      "Guessed, of the columns 'id', 'body', 'stars': the texts in 'body' (--text-column), the classes in 'stars' (--label-column).",
    ])
  })
  test('columns by their content, where their names say nothing', async () => {
    const { samples } = await read({ 'a.csv': 'a,b,c\n1,x,so very fine\n2,y,"dull, dull"\n3,x,so so\n' })
    expect(samples[1]).toEqual({ text: 'dull, dull', label: 'y' })
  })
  test('dates and numbers are not taken for texts, however long', async () => {
    const { samples } = await read({
      'a.csv':
        'when,how,what\n2024-01-31T12:00Z,b,so fine\n2024-02-01T12:00Z,c,so dull\n2024-02-02T12:00Z,b,fine\n',
    })
    expect(samples[1]).toEqual({ text: 'so dull', label: 'c' })
  })
  test('rows without a text or a class', async () => {
    const { samples, notes } = await read({ 'a.csv': 'text,label\nfine,pos\n ,pos\ndull,\nbad,neg\n' })
    expect(samples).toHaveLength(2)
    expect(notes.at(-1)).toBe('Left out: 2 rows without a text or without a class.')
  })
  test('files', async () => {
    const { notes } = await read({
      'film.pos': 'fine',
      'film.neg': 'dull',
      'other.txt': 'x',
    })
    expect(notes).toEqual([
      'Each file was taken for a class, by its ending (pos, neg), and each line in it for a text.',
      'Left out, as its name differs: other.txt.',
    ])
  })
})

describe('what cannot be read is told, and where', () => {
  test.each<[string, Record<string, string | Uint8Array>, object, RegExp]>([
    [
      'a column that is not there',
      { 'a.csv': 'text,label\na,b\n' },
      { textColumn: 'body' },
      /^a\.csv: expected a column 'body', received the columns 'text', 'label'\. .*--text-column/,
    ],
    [
      'one column alone',
      { 'a.csv': 'text\na\nb\n' },
      {},
      /one with their classes, received the one column 'text'\. Name them: --text-column, --label-column/,
    ],
    [
      'dates and numbers alone',
      { 'a.csv': 'date,price\n2024-01-31,1.5\n2024年2月1日,NA\n2024-02-02,1.5\n2024-02-03,2e9\n' },
      {},
      /expected a column with texts and one with their classes, received the columns 'date', 'price'\. Name them/,
    ],
    ['too few fields', { 'a.csv': 'text,label\na,b\nc\n' }, {}, /^a\.csv, line 3: expected 2 fields/],
    ['an empty table', { 'a.csv': '' }, {}, /^a\.csv: .* received an empty file/],
    [
      'another encoding',
      { 'a.csv': Uint8Array.from([...Buffer.from('text,label\na'), 0xe9, 10]) },
      {},
      /^a\.csv: .*in line 2\. .*--encoding latin1/,
    ],
    [
      'another encoding, in a folder',
      { 'b.neg': 'x', 'b.pos': Uint8Array.from([10, 0xe9]) },
      {},
      /^b\.pos: .*in line 2\./,
    ],
    [
      'a line that is no JSON',
      { 'a.jsonl': '{"text":"a","label":"b"}\n{"text":' },
      {},
      /^a\.jsonl, line 2: expected an object in JSON.* received '\{"text":'/,
    ],
    ['a line that is no object', { 'a.jsonl': '[1]\n' }, {}, /expected an object in JSON.* received '1'/],
    [
      'a file of another kind',
      { 'a.pdf': 'x' },
      {},
      /^a\.pdf: expected a table \(\.csv, \.tsv\), JSON lines/,
    ],
    ['an empty folder', {}, {}, /^data: expected files with texts, received none/],
  ])('%s', async (_, contents, format, error) => {
    await expect(read(contents, format)).rejects.toThrow(error)
  })
})

test('classes that look the same are the same, however their characters are composed', async () => {
  const [one, other] = ['café'.normalize('NFC'), 'café'.normalize('NFD')]
  const labelsOf = async (contents: Record<string, string>) =>
    (await read(contents)).samples.map(({ label }) => label)
  expect(await labelsOf({ 'a.csv': `text,label\na b,${one}\nc d,${other}\n` })).toEqual([one, one])
  expect(await labelsOf({ [`${one}/1.txt`]: 'a b', [`${other}/2.txt`]: 'c d' })).toEqual([one, one])
  expect(await labelsOf({ [`x.${one}`]: 'a b', [`x.${other}`]: 'c d' })).toEqual([one, one])
})

test('JSON lines of which each has a key of its own take memory for what they hold alone', async () => {
  const lines = Array.from({ length: 30_000 }, (_, n) =>
    JSON.stringify({ text: `t ${n}`, label: n % 2, [`k${n}`]: n }),
  )
  // in full rows these would be 900 million fields
  const { samples } = await read({ 'a.jsonl': lines.join('\n') })
  expect(samples).toHaveLength(30_000)
  expect(samples[29_999]).toEqual({ text: 't 29999', label: '1' })
})
