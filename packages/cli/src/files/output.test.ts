import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { carousel, temporaryFolder } from '../testing.ts'

const folder = temporaryFolder()
const inFolder = (name: string) => join(folder, name)

test('two things to write into one file, however it is named: refused before anything is read', async () => {
  mkdirSync(inFolder('there'))
  symlinkSync(inFolder('there'), inFolder('linked'))
  writeFileSync(inFolder('empty.svg'), '')
  symlinkSync(inFolder('empty.svg'), inFolder('same.svg'))
  const before = readdirSync(folder)
  for (const [out, picture] of [
    ['a.svg', 'a.svg'],
    ['a.svg', 'there/../a.svg'],
    ['there/a.svg', 'linked/a.svg'],
    ['empty.svg', 'same.svg'],
  ].map((names) => names.map((name) => `${folder}/${name}`))) {
    const args = ['forecast', 'no-model.safetensors', 'no-data.csv', '--out', out, '--picture', picture]
    const { code, stdout, stderr } = await carousel(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`--picture ${picture}: expected a file of its own, received the one of --out.`)
  }
  expect(readdirSync(folder)).toEqual(before)
  const others = ['--out', inFolder('a.svg'), '--picture', inFolder('b.svg')]
  const { stderr } = await carousel(['forecast', 'no-model.safetensors', 'no-data.csv', ...others])
  expect(stderr).not.toContain('a file of its own')
})
