import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { refusal } from './node/refusal.ts'
import { request } from './node/request.ts'
import { openStore } from './node/store.ts'
import type { Platform } from './platform.ts'

const unpack = promisify(gunzip)

export const platform: Platform = {
  // Set but empty counts as not set, as in the shell's ${CAROUSEL_DATA:-}.
  dataFolder: () => process.env.CAROUSEL_DATA || undefined,
  joinPath: join,
  openStore,
  request,
  async readFile(folder, name) {
    try {
      return await readFile(join(folder, name))
    } catch (error) {
      return refusal(error, folder, name)
    }
  },
  async gunzip(bytes, maxBytes) {
    return await unpack(bytes, { maxOutputLength: maxBytes })
  },
}
