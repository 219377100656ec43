import type { JsonObject } from '../config/keras.ts'
import { DataError } from '../errors.ts'
import {
  defineLayer,
  type EmitContext,
  formatShape,
  type Layer,
  type Mask,
  type Shape,
  type WeightSpec,
} from '../layers/layer.ts'
import { emitNetwork } from '../network/emit.ts'
import { type Network, sameShape, type Variable } from '../network/network.ts'

/** A model as a layer of another one. Its weights stand under its name, layer by layer: `encoder/lstm/kernel`. */
export function layerOfModel(
  name: string,
  className: string,
  network: Network,
  configOf: () => JsonObject,
): Layer {
  const { inputs, outputs, layers } = network
  const shapes = outputs.map(({ shape }) => shape)
  const shapesFor = (given: readonly Shape[]): readonly Shape[] => {
    if (given.length === inputs.length && given.every((shape, i) => sameShape(inputs[i].shape, shape)))
      return network.outputShapes(given)
    throw new DataError(
      `model '${name}' takes ${inputs.map(({ shape }) => formatShape(shape)).join(', ')}; got ${given.map(formatShape).join(', ')}`,
    )
  }
  /** Of the last emission, by context. */
  const masks = new WeakMap<EmitContext, readonly Mask[]>()
  const layer = defineLayer(
    { name },
    {
      className,
      takesIds: inputs[0].idsBelow ?? undefined,
      inputs: inputs.length,
      outputShape: (...given) => shapesFor(given)[0],
      ...(shapes.length > 1 ? { outputShapes: (...given: Shape[]) => shapesFor(given) } : {}),
      weights: () =>
        layers.flatMap(({ layer, variables }) => variables.map((variable) => inner(layer, variable))),
      emit(context, ...given) {
        const givenMasks = given.map((_, index) => context.mask(index))
        const streamOf = (index: number) => (context.stream + 1) * 4096 + index
        const emission = emitNetwork(network, given, givenMasks, { ...context, streamOf })
        masks.set(context, emission.masks)
        return emission.outputs
      },
      mask: (context) => masks.get(context) ?? [],
      config: {},
    },
  )
  return {
    ...layer,
    inputShape: inputs.length === 1 ? inputs[0].shape : undefined,
    network,
    // as the model's layers are now
    get config() {
      return configOf()
    },
    get trainable() {
      return network.trainable
    },
    set trainable(trainable) {
      setTrainable(network, trainable)
    },
  }
}

/** A weight of the inner model; it is trained where its own layer is, and lives where it lives. */
function inner(layer: Layer, { path, spec, parameters }: Variable): WeightSpec {
  const prefix = path.slice(0, path.length - spec.name.length)
  return {
    ...spec,
    name: path,
    rows: spec.rows?.map((row) => prefix + row),
    parts: parameters,
    get trainable() {
      return layer.trainable && spec.trainable !== false
    },
  }
}

/** As Keras does it: for all layers, too. */
export function setTrainable(network: Network, trainable: boolean): void {
  network.trainable = trainable
  for (const { layer } of network.layers) layer.trainable = trainable
}
