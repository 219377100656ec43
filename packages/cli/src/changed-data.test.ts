import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { carousel, temporaryFolder } from './testing.ts'

const folder = temporaryFolder()
const data = join(folder, 'data.csv')
const model = join(folder, 'model.safetensors')
const small = ['--units', '4', '--seed', '1', '--epochs', '1', '--threads', '1', '--out', model]

test('evaluate refuses data that have changed, as the test part can no longer be told', async () => {
  const rows = Array.from({ length: 60 }, (_, n) => `film ${n},${n % 2 ? 'good' : 'bad'}\n`)
  writeFileSync(data, `text,label\n${rows.join('')}`)
  expect((await carousel(['train', 'text', data, ...small])).code).toBe(0)
  writeFileSync(data, `text,label\n${rows.join('')}one more,good\n`)
  const { code, stdout, stderr } = await carousel(['evaluate', model])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('expected the data the model was trained on, received others')
  expect(stderr).toContain(`npx carousel evaluate ${model} DATA`)
  const named = await carousel(['evaluate', model, data, '--json'])
  expect(named.events[0]).toMatchObject({ samples: 61 })
  expect(named.stderr).toContain('data.csv has changed since the model was trained on it')
})

test('evaluate where a column that was guessed has another name by now', async () => {
  const rows = Array.from({ length: 200 }, (_, day) => `${dateOf(day)},${Math.sin(day / 3)}\n`).join('')
  writeFileSync(data, `day,sold\n${rows}`)
  const args = ['--horizon', '4', ...small]
  expect((await carousel(['train', 'forecast', data, ...args])).code).toBe(0)
  writeFileSync(data, `day,bought\n${rows}`)
  const again = await carousel(['evaluate', model])
  expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 1, stdout: '' })
  expect(again.stderr).toContain('expected the data the model was trained on, received others')
  const named = await carousel(['evaluate', model, data])
  expect({ code: named.code, stdout: named.stdout }).toEqual({ code: 1, stdout: '' })
  expect(named.stderr).toContain("expected a column named 'sold', received day, bought")
})

const dateOf = (day: number) => new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10)
