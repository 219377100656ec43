// The code in the documents is right: it passes the compiler's strict checks, and it runs.
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { given } from './given.ts'
import { samples } from './tasks.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const execute = promisify(execFile)
const textOf = (page: string) => readFileSync(join(root, page), 'utf8')

const folders = ['', 'docs', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)]
const pages = folders
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.md') && /^```[jt]s$/m.test(textOf(path)))
/** All but those that would first fetch the whole of MNIST; test/readme.test.ts runs the README's lines. */
const runnable = pages.filter((page) => !textOf(page).includes("from '@carousel/datasets'"))

const fileOf = (page: string) => page.replaceAll(/[/.]/g, '-')

/**
 * A page as one program, with code at the lines where the page has it. A block sees the names of those before it, and
 * may use them for something else: so each stands inside the braces of the one before. Imports come first, and what the
 * text takes for granted.
 */
function programOf(page: string): string {
  let isCode = false
  let blocks = 0
  const lines = textOf(page)
    .split('\n')
    .map((line) => {
      const begins = /^```[jt]s$/.test(line)
      if (begins) blocks++
      if (begins || line === '```') isCode = begins
      return begins ? '{' : isCode ? line : ''
    })
  const names = Object.keys(given[page as keyof typeof given] ?? {})
  const imports = new Set<string>()
  const code = lines
    .join('\n')
    .replace(/^import (type )?\{(.*?)\} from ('.*?')$/gms, (one, type, list, from) => {
      for (const name of list.split(',')) imports.add(`import { ${type ?? ''}${name.trim()} } from ${from}`)
      return one.replaceAll(/[^\n]/g, '')
    })
  imports.add("import { given } from '../documents/given.js'")
  const granted = names.length > 0 ? `const { ${names.join(', ')} } = given['${page}']` : 'void given'
  return `${[...imports, granted].join('; ')}; ${code}${'}'.repeat(blocks)}\n`
}

let folder = ''
let complaints = ''

beforeAll(async () => {
  // inside the checkout, so that the packages are found by their names
  folder = await mkdtemp(join(root, 'test/dist/code-'))
  for (const page of pages) await writeFile(join(folder, `${fileOf(page)}.ts`), programOf(page))
  const options = { composite: false, declaration: false, declarationMap: false, sourceMap: false }
  const compilerOptions = {
    ...options,
    noUnusedLocals: false,
    noUnusedParameters: false,
    rootDir: '.',
    outDir: '.',
  }
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions,
    include: ['*.ts'],
    exclude: [],
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const compiler = join(dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin/tsc')
  await execute(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: folder }).catch(
    ({ stdout }) => {
      complaints = stdout
    },
  )
})
afterAll(() => rm(folder, { recursive: true }))

it.each(pages)('%s compiles under strict checks', (page) => {
  const about = complaints.split('\n').filter((line) => line.startsWith(`${fileOf(page)}.ts`))
  expect(about.join('\n').replaceAll(`${fileOf(page)}.ts`, basename(page))).toBe('')
})

it.each(runnable)('%s runs', async (page) => {
  const cwd = await mkdtemp(join(folder, 'run-'))
  const task = page.startsWith('packages/tasks/') ? 'text' : basename(page).replace(/\..*/, '')
  if (Object.hasOwn(samples, task)) samples[task](cwd)
  await execute(process.execPath, [join(folder, `${fileOf(page)}.js`)], { cwd })
})

it('the compiler has seen the pages, and says nothing else', () => {
  expect(pages).toEqual(expect.arrayContaining(Object.keys(given)))
  expect(complaints.replaceAll(/^[\w-]+\.ts\(.*$/gm, '').trim()).toBe('')
})
