import { stat } from 'node:fs/promises'
import { type Engine, loadModel } from '@carousel/core'

/**
 * Where a training is saved that no --out was given for: `name.safetensors`, or numbered, `name-2.safetensors`, where
 * that would replace one that took longer, or a file that holds none.
 *
 * @param samples how many this training sees, counting each as often as it comes
 */
export async function defaultName(
  name: string,
  samples: number,
  { engine, note }: { engine: Engine; note(text: string): void },
): Promise<string> {
  for (let number = 1; ; number++) {
    const file = `${name}${number > 1 ? `-${number}` : ''}.safetensors`
    if (!(await stat(file).catch(() => undefined))) return file
    const seen = await samplesSeen(file, engine)
    if (seen !== undefined && seen <= samples) return file
    note(`${file} holds ${seen === undefined ? 'no training' : 'a longer training'}: it stays as it is.`)
  }
}

/** By the training in this file; undefined where it holds none. */
async function samplesSeen(file: string, engine: Engine): Promise<number | undefined> {
  const model = await loadModel(file, { engine }).catch(() => undefined)
  if (!model?.position) return undefined
  const { epoch, batch, batchSize, samples } = model.position
  return epoch * samples + batch * batchSize
}
