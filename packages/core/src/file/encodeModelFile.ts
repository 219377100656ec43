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

/** Throws where `model.labels` is not what a file can hold, or names other classes than the model's output has. */
export function checkClassNames(
  labels: unknown,
  outputs: readonly { readonly shape: readonly (number | null)[] }[],
): void {
  if (labels !== null && !isTexts(labels))
    throw new OptionError(
      `model.labels must be a list of texts without control characters, or null; got ${show(labels)}`,
    )
  // one number may stand for two classes, or be none
  const classes = outputs.length === 1 ? (outputs[0].shape.at(-1) ?? 1) : 1
  if (labels !== null && classes > 1 && labels.length !== classes)
    throw new OptionError(
      `model.labels must name the ${classes} classes of the model's output; got ${labels.length}: ${show(labels)}`,
    )
}
