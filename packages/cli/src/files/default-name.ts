import { rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'

/**
 * Where a training is saved that no --out was given for: `name.safetensors`, or numbered, `name-2.safetensors`, where
 * there is a file of that name. So no work is replaced by one that was not told to. An empty file holds the name until
 * the first save, against another training that begins meanwhile.
 */
export async function defaultName(name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const file = `${name}${number > 1 ? `-${number}` : ''}.safetensors`
    try {
      await (await open(file, 'wx')).close()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
      // whoever is about to write there tells what is wrong with the place
      return file
    }
    process.once('exit', () => removeEmpty(file))
    return file
  }
}

function removeEmpty(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.size === 0) rmSync(file, { force: true })
}
