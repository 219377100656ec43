import { expect, test } from 'vitest'
import { filesOf, isHidden } from './files.ts'

test.each([
  ['.DS_Store', true],
  ['good/._1.txt', true],
  ['.git/config', true],
  ['good/1.txt', false],
  ['a.b.txt', false],
])('%s is hidden: %s', (path, expected) => {
  expect(isHidden(path)).toBe(expected)
})

test('files of a folder that was chosen in a page: their paths below it, without hidden ones', () => {
  const inFolder = (path: string) => Object.assign(new File(['x'], 'x'), { webkitRelativePath: path })
  const files = filesOf(['data/good/2.txt', 'data/.DS_Store', 'data/bad/1.txt'].map(inFolder))
  expect(files.map(({ name }) => name)).toEqual(['bad/1.txt', 'good/2.txt'])
  expect(filesOf([new File(['x'], '.notes')]).map(({ name }) => name)).toEqual(['.notes'])
})
