import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Picture } from '@carousel/tasks'
import { UsageError } from './errors.ts'

const require = createRequire(import.meta.url)

/** Writes a picture in the form that its file's name ends with, .svg or .png. */
export async function writePicture(file: string, svg: string): Promise<void> {
  checkPicture(file)
  await writeFile(file, file.endsWith('.svg') ? svg : await pngOf(svg))
}

/** @throws UsageError for another ending */
export function checkPicture(file: string): void {
  if (/\.(svg|png)$/.test(file)) return
  throw new UsageError(`--picture ${file}: expected a name that ends in .svg or .png.`)
}

/** Writes pictures into a folder, each as SVG and PNG, and returns the files. */
export async function writePictures(folder: string, pictures: readonly Picture[]): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const files = pictures.flatMap(({ name, svg }) =>
    ['svg', 'png'].map((ending) => ({ file: join(folder, `${name}.${ending}`), svg })),
  )
  for (const { file, svg } of files) await writePicture(file, svg)
  return files.map(({ file }) => file)
}

/** Twice as large, and with a font that comes along: the same picture on every machine. */
async function pngOf(svg: string): Promise<Uint8Array> {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm')
  started ??= initWasm(readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')))
  await started
  const fonts = [
    require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
    require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
  ]
  const font = {
    fontBuffers: await Promise.all(fonts.map((file) => readFile(file))),
    defaultFontFamily: 'DejaVu Sans',
  }
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: 2 }, font }).render().asPng()
}

/** It may be done once. */
let started: Promise<void> | undefined
