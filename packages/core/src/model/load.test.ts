import { describe, expect, it } from 'vitest'
import type { Json } from '../config/keras.ts'
import { reference } from '../engines/reference/reference.ts'
import { FileError, OptionError } from '../errors.ts'
import { encodeSafetensors } from '../file/encodeSafetensors.ts'
import { descriptionOf, patched, withContents, withDescription } from '../testing/files.ts'
import { classifier, SAMPLES } from '../testing/models.ts'
import { loadModel } from './load.ts'
import { restoreModel } from './restore.ts'

const engine = reference()
const { x, y } = SAMPLES

async function trainedBytes(): Promise<Uint8Array> {
  const model = classifier()
  await model.fit(x, y, { batchSize: 4, epochs: 2 })
  return model.saveBytes()
}

const bytes = await trainedBytes()
const description = descriptionOf(bytes)
const load = (changed: Uint8Array) => loadModel(changed, { engine })
const loadWith = (values: Readonly<Record<string, Json | undefined>>) =>
  load(withDescription(bytes, patched(description, values)))

describe('loadModel takes', () => {
  it('bytes, however they come', async () => {
    const { buffer } = bytes.slice()
    for (const from of [bytes, Buffer.from(bytes), buffer])
      expect(await (await loadModel(from, { engine })).weightsSha256()).toBe(description.weightsSha256)
  })

  it('nothing that names no file', async () => {
    for (const from of [undefined, null, 7, {}, new Blob([])]) {
      await expect(loadModel(from as never)).rejects.toThrow(OptionError)
      await expect(loadModel(from as never)).rejects.toThrow(
        /loadModel: expected a path, a URL, or a file's bytes/,
      )
      await expect(restoreModel(classifier(), from as never)).rejects.toThrow(/restoreModel: expected a path/)
    }
  })
})

describe('loadModel refuses', () => {
  it('a newer format, by name; and takes an older one', async () => {
    await expect(loadWith({ formatVersion: 2 })).rejects.toThrow(FileError)
    await expect(loadWith({ formatVersion: 2 })).rejects.toThrow(
      /format version 2; this version of Carousel reads up to 1\. Update Carousel/,
    )
    await expect(loadWith({ formatVersion: 1 })).resolves.toBeDefined()
  })

  it('a safetensors file of somebody else', async () => {
    const foreign = encodeSafetensors({
      tensors: new Map([['weight', { shape: [1], data: Float32Array.of(1) }]]),
      metadata: { format: 'pt' },
    })
    await expect(load(foreign)).rejects.toThrow(FileError)
    await expect(load(foreign)).rejects.toThrow(/holds no model of this library.*setWeights\(\)/)
  })

  it('what is no safetensors file at all', async () => {
    for (const text of [
      '',
      '{}',
      '\x89HDF\r\n\x1a\n',
      'PK\x03\x04 a .keras file is a zip',
      '<!doctype html><title>404</title>',
    ]) {
      await expect(load(new TextEncoder().encode(text))).rejects.toThrow(FileError)
    }
  })

  it.each<[string, Readonly<Record<string, Json | undefined>>, RegExp]>([
    ['no format version', { formatVersion: undefined }, /no format version/],
    ['a format version that is a text', { formatVersion: '1' }, /no format version/],
    ['a format version of 0', { formatVersion: 0 }, /no format version.*: 0/],
    ['a format version below 0', { formatVersion: -1 }, /no format version/],
    ['half a format version', { formatVersion: 0.5 }, /no format version/],
    [
      'names of more classes than there are',
      { labels: ['a', 'b', 'c', 'd'] },
      /must name the 3 classes of the model's output; got 4/,
    ],
    [
      'a batch beyond the epoch',
      { 'position.batch': 7 },
      /batch is 7, of an epoch of 22 samples in batches of 4/,
    ],
    ['no model', { model: undefined }, /has no model/],
    ['a negative seed', { seed: -1 }, /has the seed -1/],
    ['a seed beyond safe integers', { seed: 2 ** 53 }, /has the seed/],
    ['no arithmetic', { arithmetic: undefined }, /has no arithmetic/],
    ['an unknown arithmetic', { arithmetic: 'decimal' }, /unknown arithmetic, 'decimal'/],
    ['no checksum', { weightsSha256: undefined }, /is damaged: the SHA-256 of its weights is not told/],
    [
      'another checksum',
      { weightsSha256: '0'.repeat(64) },
      /is damaged: the SHA-256 of its weights is [0-9a-f]{64}, expected 0{64}/,
    ],
    [
      "another checksum of the optimizer's state",
      { slotsSha256: '0'.repeat(64) },
      /the SHA-256 of its optimizer's state is/,
    ],
    ['labels that are numbers', { labels: [1, 2, 3] }, /labels that are not texts/],
    ['labels that would clear a terminal', { labels: ['a', '\x1b[2J'] }, /labels that are not texts/],
    ['a position that is a text', { position: 'start' }, /has the position 'start'/],
    ['half an epoch', { 'position.epoch': 0.5 }, /position in training is damaged: epoch is 0.5/],
    ['batches of no samples', { 'position.batchSize': 0 }, /damaged: batchSize is 0/],
    [
      'sums of too many figures',
      { 'position.figures': { sums: [[1], [4], [2, 4], [3, 4]] } },
      /damaged: figures are/,
    ],
    [
      'sums that are no numbers',
      { 'position.figures': { sums: [[1], [4], ['one', 4]] } },
      /damaged: figures are/,
    ],
    ['a position without a compiled model', { 'model.compile_config': {} }, /goes with no compiled model/],
    [
      'another class of model',
      { 'model.class_name': 'Subclassed' },
      /model class 'Subclassed' is not supported/,
    ],
    ['no layers', { 'model.config.layers': [] }, /no layers/],
    ['layers that are a text', { 'model.config.layers': 'LSTM' }, /no list of layers/],
    [
      'code',
      { 'model.config.layers.1.class_name': 'Lambda' },
      /layer class 'Lambda' is not supported\. There are: Activation, Add/,
    ],
    [
      'a layer class it does not know',
      { 'model.config.layers.1.class_name': 'Conv2D' },
      /layer class 'Conv2D' is not supported/,
    ],
    [
      'a layer class that every object has',
      { 'model.config.layers.1.class_name': 'constructor' },
      /layer class 'constructor' is not supported/,
    ],
    [
      'a layer class that every object has, again',
      { 'model.config.layers.1.class_name': '__proto__' },
      /layer class '__proto__' is not supported/,
    ],
    [
      'an optimizer that every object has',
      { 'model.compile_config.optimizer.class_name': 'constructor' },
      /there is no optimizer 'constructor'/,
    ],
    [
      'a loss that every object has',
      { 'model.compile_config.loss': { class_name: 'toString', config: {} } },
      /there is no loss 'toString'/,
    ],
    [
      'a metric that every object has',
      { 'model.compile_config.metrics': ['constructor'] },
      /no metric 'constructor'/,
    ],
    [
      'an initializer that every object has',
      { 'model.config.layers.1.config.kernel_initializer.class_name': 'Constructor' },
      /there is no initializer 'Constructor'/,
    ],
    [
      'an activation that every object has',
      { 'model.config.layers.1.config.activation': 'constructor' },
      /'activation' must be the name of an activation/,
    ],
    ['an option it does not know', { 'model.config.layers.1.config.script': 'rm -rf' }, /no option 'script'/],
    [
      'an option that is not there yet',
      { 'model.config.layers.1.config.autocast': false },
      /'autocast' is not supported yet/,
    ],
    [
      'a layer that is neither frozen nor not',
      { 'model.config.layers.1.config.trainable': 'no' },
      /'trainable' must be true or false/,
    ],
    [
      'half precision',
      { 'model.config.layers.1.config.dtype.config.name': 'mixed_float16' },
      /expected the dtype float32/,
    ],
    [
      'units without end',
      { 'model.config.layers.1.config.units': 1e15 },
      /'lstm\/kernel' has the shape \[3,4000000000000000\]; got \[3,20\]/,
    ],
    [
      'negative units',
      { 'model.config.layers.1.config.units': -5 },
      /'units' must be a whole number greater than 0; got -5/,
    ],
    [
      'an input of no features',
      { 'model.config.layers.0.config.batch_shape': [null, 4, 0] },
      /input's shape must be/,
    ],
    [
      'an input that is a text',
      { 'model.config.layers.0.config.batch_shape': [null, '4', 3] },
      /input's shape must be/,
    ],
    ['no input', { 'model.config.layers.0.config.batch_shape': null }, /tells no input shape/],
    [
      'a layer named as another',
      { 'model.config.layers.3.config.name': 'lstm' },
      /two layers are named 'lstm'/,
    ],
    [
      'a layer under another name',
      { 'model.config.layers.3.config.name': 'output' },
      /the weight 'output\/kernel' is missing/,
    ],
    [
      'a layer named like the slots',
      { 'model.config.layers.3.config.name': 'optimizer' },
      /cannot be named 'optimizer'/,
    ],
    [
      'an optimizer with other slots',
      { 'model.compile_config.optimizer': 'sgd' },
      /holds a tensor 'optimizer\/momentum\/lstm\/kernel' that the model has not/,
    ],
  ])('%s', async (_, values, reason) => {
    await expect(loadWith(values)).rejects.toThrow(FileError)
    await expect(loadWith(values)).rejects.toThrow(reason)
    await expect(loadWith(values)).rejects.toThrow(/'these bytes'/)
  })

  it('a description that was changed, by its checksum; a file that has none is taken', async () => {
    const other = JSON.stringify(patched(description, { seed: 8 }))
    const changed = withContents(bytes, ({ tensors, metadata }) => ({
      tensors,
      metadata: { ...metadata, carousel: other },
    }))
    await expect(load(changed)).rejects.toThrow(FileError)
    await expect(load(changed)).rejects.toThrow(
      /the SHA-256 of its description is [0-9a-f]{64}, expected [0-9a-f]{64}/,
    )
    const bare = withContents(bytes, ({ tensors, metadata }) => ({
      tensors,
      metadata: { carousel: metadata.carousel },
    }))
    expect(await (await load(bare)).saveBytes()).toEqual(bytes)
  })

  it('a description with a key twice, or with __proto__', async () => {
    const text = JSON.stringify(description)
    await expect(load(withDescription(bytes, text.replace('"seed":', '"seed":1,"seed":')))).rejects.toThrow(
      /the key 'seed' twice/,
    )
    await expect(
      load(withDescription(bytes, text.replace('"seed":', '"__proto__":{},"seed":'))),
    ).rejects.toThrow(/'__proto__'/)
    await expect(load(withDescription(bytes, '[]'))).rejects.toThrow(/no format version/)
    await expect(load(withDescription(bytes, 'null'))).rejects.toThrow(/no format version/)
    await expect(load(withDescription(bytes, ''))).rejects.toThrow(/JSON is broken/)
  })

  it('tensors that are missing, too many, of another shape, or changed', async () => {
    const without = (name: string) =>
      withContents(bytes, ({ tensors, metadata }) => ({
        tensors: new Map([...tensors].filter(([key]) => key !== name)),
        metadata,
      }))
    await expect(load(without('lstm/bias'))).rejects.toThrow(FileError)
    await expect(load(without('optimizer/velocity/lstm/bias'))).rejects.toThrow(FileError)
    const more = withContents(bytes, ({ tensors, metadata }) => ({
      tensors: new Map([...tensors, ['optimizer/x', { shape: [1], data: Float32Array.of(1) }]]),
      metadata,
    }))
    await expect(load(more)).rejects.toThrow(FileError)
    // without checksums the names and shapes still have to fit
    const unchecked = (changed: Uint8Array) =>
      withDescription(changed, patched(description, { weightsSha256: null, slotsSha256: null }))
    await expect(load(unchecked(without('lstm/bias')))).rejects.toThrow(/the weight 'lstm\/bias' is missing/)
    await expect(load(unchecked(without('optimizer/velocity/lstm/bias')))).rejects.toThrow(
      /'optimizer\/velocity\/lstm\/bias' is missing/,
    )
    await expect(load(unchecked(more))).rejects.toThrow(
      /holds a tensor 'optimizer\/x' that the model has not/,
    )
    const reshaped = withContents(bytes, ({ tensors, metadata }) => ({
      tensors: new Map(
        [...tensors].map(([key, { shape, data }]) => [
          key,
          { shape: key === 'lstm/kernel' ? shape.toReversed() : shape, data },
        ]),
      ),
      metadata,
    }))
    await expect(load(reshaped)).rejects.toThrow(/weight 'lstm\/kernel' has the shape \[3,20\]; got \[20,3\]/)
  })

  it('options it does not know', async () => {
    await expect(loadModel(bytes, { engin: engine } as object)).rejects.toThrow(OptionError)
    await expect(loadModel(bytes, { engin: engine } as object)).rejects.toThrow(
      /no option 'engin'\. Did you mean 'engine'\?/,
    )
    await expect(loadModel(bytes, { engine: 'wasm' } as object)).rejects.toThrow(/'engine' must be an engine/)
  })
})

it('a file that is cut off, at any byte, is refused as such', async () => {
  for (let length = 0; length < bytes.length; length++) {
    await expect(load(bytes.subarray(0, length)), `the first ${length} bytes`).rejects.toThrow(FileError)
  }
})

it('a file with bytes behind its end is refused', async () => {
  const longer = new Uint8Array(bytes.length + 1)
  longer.set(bytes)
  await expect(load(longer)).rejects.toThrow(/1 bytes follow the last tensor/)
})
