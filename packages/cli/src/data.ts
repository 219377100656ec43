import { stat } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { mnist } from '@carousel/datasets'
import { type DataIdentity, identify, isSameData } from './tasks/mnist-provenance.ts'

export interface DataOptions {
  /** --data: this folder and no other place. */
  data?: string
  limit?: number | undefined
  signal?: AbortSignal
  onProgress?: mnist.MnistOptions['onProgress']
}

/**
 * The data a model was trained on: from --data, from where they lay then, or from wherever MNIST is found now.
 * `file` is the model's file, to which the folder of that time is relative.
 */
export async function loadAgain(
  recorded: DataIdentity,
  file: string,
  options: DataOptions,
): Promise<mnist.Mnist> {
  if (options.data !== undefined) return mnist.load(options)
  if (recorded.name === 'mnist-embedded') return mnist.load({ ...options, embedded: true })
  const folder = recorded.folder && resolve(dirname(file), recorded.folder)
  return mnist.load({ ...options, ...(folder && (await isFolder(folder)) && { data: folder }) })
}

/** What differs between the data a model was trained on and these; undefined where they are the same. */
export function differenceOf(recorded: DataIdentity, data: mnist.Mnist): string | undefined {
  if (isSameData(recorded, identify(data))) return undefined
  const { name, location } = data.source
  return name === recorded.name
    ? `expected the files the model was trained on, received others (${location})`
    : `expected ${recorded.name}, on which the model was trained, received ${name} (${location})`
}

/** Where to look for the data next time, as the model's file has it: relative, so that it tells nobody our folders. */
export function folderFrom(file: string, { source }: mnist.Mnist): string | null {
  return source.kind === 'directory'
    ? relative(dirname(resolve(file)), resolve(source.location)) || '.'
    : null
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}
