// Every command on the pages of the tasks runs, one after the other as written, on a small sample of data.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { samples } from './tasks.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const program = join(root, 'packages/cli/bin/carousel.js')

/** The lines of a page that call the command, as a shell takes them: remarks behind them are the shell's, too. */
const commandsOf = (page: string): string[] =>
  readFileSync(join(root, 'docs', page), 'utf8')
    .split('\n')
    .filter((line) => /^ {4}.*npx carousel /.test(line))
    .map((line) => line.trim())

const withoutRemark = (line: string) => line.replace(/ +#.*$/, '')

describe.each(Object.entries(samples))('docs/%s.md', (name, make) => {
  it('is there in both languages, with the same commands', () => {
    expect(existsSync(join(root, 'docs', `${name}.md`))).toBe(true)
    const [english, chinese] = [`${name}.md`, `${name}.zh-CN.md`].map(commandsOf)
    expect(chinese.map(withoutRemark)).toEqual(english.map(withoutRemark))
    expect(english.length).toBeGreaterThan(2)
  })

  it('its commands run', { timeout: 600_000 }, async () => {
    const cwd = await mkdtemp(join(root, 'test/dist/task-'))
    try {
      make(cwd)
      for (const line of commandsOf(`${name}.md`)) {
        const command = line.replaceAll('npx carousel', `'${process.execPath}' '${program}'`)
        await promisify(execFile)('sh', ['-c', command], { cwd })
      }
    } finally {
      await rm(cwd, { recursive: true })
    }
  })
})
