/**
 * A process that saves once under what its parent has allowed it: `node saveWithin.js PATH`. If it is root's, it becomes
 * nobody's first, as root may write everywhere. Prints the error as JSON, or null.
 */

import { reference } from '../engines/reference/reference.ts'
import * as layers from '../layers/index.ts'
import { sequential } from '../model/sequential.ts'

const NOBODY = 65534

const model = sequential([layers.dense({ units: 200, inputShape: [200] })], { engine: reference(), seed: 1 })
if (process.getuid?.() === 0) {
  process.setgid?.(NOBODY)
  process.setuid?.(NOBODY)
}
const error = await model.save(process.argv[2]).then(
  () => null,
  (error) => ({ name: error.name, message: error.message }),
)
console.log(JSON.stringify(error))
