import { show } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { encodeSafetensors } from './encodeSafetensors.ts'
import { formatJson } from './formatJson.ts'
import { CHECKSUM_KEY, FORMAT_VERSION, isTexts, KEY, type ModelFile, weightsSha256 } from './modelFile.ts'
import { sha256 } from './sha256.ts'

export async function encodeModelFile({ weights, slots, header }: ModelFile): Promise<Uint8Array> {
  const json = {
    formatVersion: FORMAT_VERSION,
    weightsSha256: await weightsSha256(weights),
    slotsSha256: slots.size > 0 ? await weightsSha256(slots) : null,
    ...header,
  }
  const text = formatJson(json, (reason) => {
    throw new OptionError(`the model cannot be saved: in labels, preparation or provenance, ${reason}`)
  })
  const checksum = await sha256([new TextEncoder().encode(text)])
  const metadata = { [KEY]: text, ...(checksum ? { [CHECKSUM_KEY]: checksum } : {}) }
  return encodeSafetensors({ tensors: new Map([...weights, ...slots]), metadata })
}

/** Throws where `model.labels` is not what a file can hold. */
export function checkClassNames(labels: unknown): void {
  if (labels !== null && !isTexts(labels))
    throw new OptionError(
      `model.labels must be a list of texts without control characters, or null; got ${show(labels)}`,
    )
}
