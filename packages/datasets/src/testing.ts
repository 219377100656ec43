import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished, type TestContext } from 'vitest'
import { sha256 } from './checksum.ts'
import type { RemoteFile } from './download/types.ts'
import type { Bytes } from './tensor.ts'

/** What a mirror can do wrong with one request; a number is an HTTP status. */
export type Fault =
  | 'refuse' // hangs up without an answer
  | 'silent' // never answers
  | 'truncate' // hangs up half-way
  | 'stall' // sends half and then nothing
  | 'corrupt' // changes a byte
  | 'whole' // ignores Range
  | 'elsewhere' // answers another Range than asked for
  | 'foreign' // sends a page instead of the file, with status 200
  | number

export interface Mirror {
  url: string
  /** Requests so far: the name and the Range header, '' where there was none. */
  requests: { name: string; range: string }[]
  close(): Promise<void>
}

/** Whether a request is the race's, for a single byte. */
export const isProbe = ({ range }: { range: string }): boolean => range === 'bytes=0-0'

/**
 * A server on the loopback with these files. `faultOf` says what goes wrong with the n-th request (from 0)
 * for a file; the race's probes are not counted and answered well, unless `probes` says otherwise.
 */
export async function startMirror(
  files: ReadonlyMap<string, Bytes>,
  faultOf: (name: string, n: number) => Fault | undefined = () => undefined,
  probes?: Fault,
): Promise<Mirror> {
  const requests: Mirror['requests'] = []
  const counts = new Map<string, number>()
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1)
    const range = request.headers.range ?? ''
    requests.push({ name, range })
    if (isProbe({ range })) return answer(files.get(name), request, response, probes)
    const n = counts.get(name) ?? 0
    counts.set(name, n + 1)
    answer(files.get(name), request, response, faultOf(name, n))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  onTestFinished(close)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests, close }
}

function answer(
  file: Bytes | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
): void {
  if (fault === 'refuse') return void request.socket.destroy()
  if (fault === 'silent') return
  if (typeof fault === 'number' || file === undefined)
    return void response.writeHead(typeof fault === 'number' ? fault : 404).end('no')
  if (fault === 'foreign') return void response.writeHead(200).end('<p>Please log in</p>')

  const asked = fault === 'whole' ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  const from = Number(asked?.[1] ?? 0) + (fault === 'elsewhere' ? 1 : 0)
  if (asked && from >= file.length) return void response.writeHead(416).end()
  const end = asked?.[2] ? Number(asked[2]) + 1 : file.length
  const body = Buffer.from(file.subarray(from, end))
  if (fault === 'corrupt') body[body.length >> 1] ^= 1
  response.writeHead(asked ? 206 : 200, {
    'content-length': body.length,
    ...(asked && { 'content-range': `bytes ${from}-${end - 1}/${file.length}` }),
  })
  if (fault !== 'truncate' && fault !== 'stall') return void response.end(body)
  response.write(body.subarray(0, body.length >> 1), () => {
    if (fault === 'truncate') request.socket.destroy()
  })
}

/** An address on the loopback where nobody listens. */
export async function closedPort(): Promise<string> {
  const mirror = await startMirror(new Map())
  await mirror.close()
  return mirror.url
}

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'carousel-datasets-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Bytes that look random and are the same every time. */
export function noise(length: number, seed = 1): Bytes {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return state >>> 24
  })
}

export async function remoteFile(name: string, bytes: Bytes): Promise<RemoteFile> {
  return { name, bytes: bytes.length, sha256: await sha256(bytes) }
}

// Taken before a test changes the environment.
const allData =
  process.env.CAROUSEL_DATA || fileURLToPath(new URL('../../../../shared/data', import.meta.url))

/** The folder with all data sets; where it is missing the test is skipped, but fails in CI. */
export function dataFolder(context: TestContext): string {
  if (!existsSync(join(allData, 'mnist'))) {
    const message = `no MNIST in ${allData}: set CAROUSEL_DATA`
    if (process.env.CI) throw new Error(message)
    context.skip(message)
  }
  return allData
}

/** IDX bytes with any header, right or wrong. */
export function idx(header: readonly number[], dims: readonly number[], elements: ArrayLike<number>): Bytes {
  const bytes = new Uint8Array(4 + 4 * dims.length + elements.length)
  bytes.set(header)
  dims.forEach((dim, d) => {
    new DataView(bytes.buffer).setUint32(4 + 4 * d, dim)
  })
  bytes.set(elements, 4 + 4 * dims.length)
  return bytes
}
