// What the documents point at is there: files, and headings in them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const textOf = (page: string) => readFileSync(join(root, page), 'utf8')

const folders = ['', 'docs', 'bench', 'test/conformance', 'test/golden', 'packages/core', 'packages/datasets']
const pages = folders.flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => posix.join(folder, name)),
)

/** The anchors that GitHub gives a page's headings. */
const anchorsOf = (page: string) =>
  [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

it.each(pages)('%s', (page) => {
  const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)/g)]
  const broken = links.filter(([, file, anchor]) => {
    const to = file ? posix.join(posix.dirname(page), file) : page
    return !existsSync(join(root, to)) || (anchor !== '' && !anchorsOf(to).includes(anchor))
  })
  expect(broken.map(([link]) => link)).toEqual([])
})
