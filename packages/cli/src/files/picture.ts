import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Picture } from '@carousel/tasks'
import { Failure, UsageError } from '../errors.ts'
import { checkOutput } from './output.ts'

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

/** Makes the folder of --pictures and sees that a file can be written there, before there is anything to lose. */
export async function openPictures(folder: string): Promise<void> {
  await makeFolder(folder).catch((cause: Error) => {
    throw new Failure(
      `--pictures ${folder}: expected a folder, or a place where one can be made, received a refusal (${cause.message}). Name another.`,
      { cause },
    )
  })
  await checkOutput(join(folder, 'picture.svg'))
}

/** With those above it. Node 20's own way of doing so never ends where a system refuses, as below /proc. */
async function makeFolder(folder: string): Promise<void> {
  if (dirname(folder) !== folder) await makeFolder(dirname(folder))
  await mkdir(folder).catch(async (error) => {
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw error
  })
}

/** Writes pictures into a folder that is there, each as SVG and PNG, and returns the files. */
export async function writePictures(folder: string, pictures: readonly Picture[]): Promise<string[]> {
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
