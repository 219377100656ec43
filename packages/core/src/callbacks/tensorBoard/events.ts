import { maskedCrc32c } from './crc32c.ts'
import { bytes, double, float, join, type Message, varint } from './protobuf.ts'

// Field numbers: tensorflow/core/util/event.proto, tensorflow/core/framework/{summary,tensor,types}.proto

const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const
const VALUE = { tag: 1, tensor: 8, metadata: 9 } as const
const METADATA = { plugin: 1, dataClass: 4 } as const
const TENSOR = { dtype: 1, shape: 2, floats: 5, strings: 8 } as const
const DTYPE = { float: 1, string: 7 } as const
const SCALAR_CLASS = 1

/** What every event file begins with. */
export function versionEvent(seconds: number): Uint8Array {
  return record([double(EVENT.wallTime, seconds), bytes(EVENT.fileVersion, 'brain.Event:2')])
}

/** One point of a curve, as `tf.summary.scalar` writes it. */
export function scalarEvent(seconds: number, step: number, tag: string, value: number): Uint8Array {
  const tensor = [varint(TENSOR.dtype, DTYPE.float), bytes(TENSOR.shape, []), float(TENSOR.floats, value)]
  const metadata = [bytes(METADATA.plugin, [bytes(1, 'scalars')]), varint(METADATA.dataClass, SCALAR_CLASS)]
  return summaryEvent(seconds, step, tag, tensor, metadata)
}

/** A model's configuration, Keras's JSON text, which TensorBoard draws as a graph of layers. */
export function modelEvent(seconds: number, json: string): Uint8Array {
  const tensor = [varint(TENSOR.dtype, DTYPE.string), bytes(TENSOR.shape, []), bytes(TENSOR.strings, json)]
  const metadata = [bytes(METADATA.plugin, [bytes(1, 'graph_keras_model'), bytes(2, '1')])]
  return summaryEvent(seconds, 0, 'keras', tensor, metadata)
}

function summaryEvent(
  seconds: number,
  step: number,
  tag: string,
  tensor: Message,
  metadata: Message,
): Uint8Array {
  const value = [bytes(VALUE.tag, tag), bytes(VALUE.tensor, tensor), bytes(VALUE.metadata, metadata)]
  return record([
    double(EVENT.wallTime, seconds),
    varint(EVENT.step, step),
    bytes(EVENT.summary, [bytes(1, value)]),
  ])
}

/** TFRecord's frame: length (64 bits), its checksum, the message, its checksum; little-endian. */
function record(message: Message): Uint8Array {
  const body = join(message)
  const head = new Uint8Array(12)
  const view = new DataView(head.buffer)
  view.setUint32(0, body.length, true)
  view.setUint32(8, maskedCrc32c(head.subarray(0, 8)), true)
  const tail = new Uint8Array(4)
  new DataView(tail.buffer).setUint32(0, maskedCrc32c(body), true)
  return join([head, body, tail])
}
