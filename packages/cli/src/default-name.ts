import { stat } from 'node:fs/promises'

/**
 * Where a training is saved that no --out was given for: `name.safetensors`, or numbered, `name-2.safetensors`, where
 * there is a file of that name. So no work is replaced by one that was not told to.
 */
export async function defaultName(name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const file = `${name}${number > 1 ? `-${number}` : ''}.safetensors`
    if (!(await stat(file).catch(() => undefined))) return file
  }
}
