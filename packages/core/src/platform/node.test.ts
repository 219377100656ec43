import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import { createServer } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FileError } from '../errors.ts'
import { platform as inBrowsers } from './browser.ts'
import { platform } from './node.ts'

const OLD = Uint8Array.of(1, 2, 3)
const NEW = Uint8Array.of(4, 5, 6, 7)
let folder = ''
let path = ''

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'carousel-platform-'))
  path = join(folder, 'model.safetensors')
  await fs.chmod(folder, 0o777)
})
afterEach(async () => {
  await fs.chmod(folder, 0o777)
  await fs.rm(folder, { recursive: true })
})

const contents = async () => new Uint8Array(await fs.readFile(path))

describe('writeAtomically', () => {
  it('writes through a link', async () => {
    const link = join(folder, 'link')
    await platform.writeAtomically(path, OLD)
    await fs.symlink(path, link)
    await platform.writeAtomically(link, NEW)
    expect(await contents()).toEqual(NEW)
    expect((await fs.lstat(link)).isSymbolicLink()).toBe(true)
  })

  it('writes a new file, and replaces an old one', async () => {
    await platform.writeAtomically(path, OLD)
    expect(await contents()).toEqual(OLD)
    await platform.writeAtomically(path, NEW)
    expect(await contents()).toEqual(NEW)
    expect(await fs.readdir(folder)).toEqual(['model.safetensors'])
  })

  it('says what is wrong with a path', async () => {
    const write = (to: string) => platform.writeAtomically(to, NEW)
    await expect(write(join(folder, 'no', 'such', 'x'))).rejects.toThrow(
      /its folder '.*' cannot be written: there is no such file or folder/,
    )
    await expect(write(folder)).rejects.toThrow(/it is a folder\. Give a file name/)
    await expect(write('/dev/null')).rejects.toThrow(/it is not an ordinary file/)
    await platform.writeAtomically(path, OLD)
    await expect(write(join(path, 'x'))).rejects.toThrow(/a part of the path is not a folder/)
    for (const wrong of [folder, '/dev/null', join(path, 'x')])
      await expect(write(wrong)).rejects.toThrow(FileError)
  })
})

describe('a write that fails is told, and leaves the old file', () => {
  const { open, rename } = fs
  afterEach(() => {
    Object.assign(fs, { open, rename })
    syncBuiltinESMExports()
  })

  const refuse = (code: string) => async () => {
    throw Object.assign(new Error(`${code}: injected`), { code })
  }

  /** Lets one step of the writing fail. */
  function inject(step: 'open' | 'writeFile' | 'sync' | 'close' | 'rename', code: string): void {
    if (step === 'open' || step === 'rename') Object.assign(fs, { [step]: refuse(code) })
    else {
      const failing: typeof open = async (...args) => {
        const file = await open(...args)
        const close = file.close.bind(file)
        const fail = refuse(code)
        return Object.assign(file, { [step]: step === 'close' ? () => close().then(fail) : fail })
      }
      Object.assign(fs, { open: failing })
    }
    syncBuiltinESMExports()
  }

  it.each([
    ['open', 'EACCES', 'permission denied'],
    ['open', 'EROFS', 'the file system is read-only'],
    ['writeFile', 'ENOSPC', 'the disk is full'],
    ['writeFile', 'EDQUOT', 'the disk quota is used up'],
    ['writeFile', 'EFBIG', 'the file would be larger than is allowed'],
    ['writeFile', 'EIO', 'EIO: injected'],
    ['sync', 'ENOSPC', 'the disk is full'],
    ['close', 'EIO', 'EIO: injected'],
    ['rename', 'EPERM', 'permission denied'],
  ] as const)('%s: %s', async (step, code, reason) => {
    await platform.writeAtomically(path, OLD)
    inject(step, code)
    const failure = platform.writeAtomically(path, NEW)
    await expect(failure).rejects.toThrow(FileError)
    await expect(failure).rejects.toThrow(`cannot write '${path}': ${reason}`)
    expect(await contents()).toEqual(OLD)
    expect(await fs.readdir(folder)).toEqual(['model.safetensors'])
  })
})

describe('checkWritable', () => {
  it('finds before the work what would fail after it', async () => {
    await expect(platform.checkWritable(path)).resolves.toBeUndefined()
    await expect(platform.checkWritable(join(folder, 'no', 'x'))).rejects.toThrow(FileError)
    await expect(platform.checkWritable(folder)).rejects.toThrow(FileError)
    await expect(platform.checkWritable('/dev/null')).rejects.toThrow(FileError)
    expect(await fs.readdir(folder)).toEqual([])
  })
})

/** The error of a process that saves a model of 160 KB there as an ordinary user, or null. */
function saveElsewhere(limit = ''): { name: string; message: string } | null {
  const script = fileURLToPath(new URL('../testing/saveWithin.js', import.meta.url))
  const command = `${limit} exec "$0" "$1" "$2"`
  return JSON.parse(
    execFileSync('bash', ['-c', command, process.execPath, script, path], { encoding: 'utf8' }),
  )
}

describe('where the system refuses, as it does to an ordinary user', () => {
  it('nothing is wrong with an open folder', async () => {
    expect(saveElsewhere()).toBeNull()
    expect((await fs.stat(path)).size).toBeGreaterThan(160_000)
  })

  it('a folder that is write-protected', async () => {
    await fs.chmod(folder, 0o555)
    expect(saveElsewhere()).toMatchObject({
      name: 'FileError',
      message: expect.stringMatching(/its folder .* permission denied/),
    })
  })

  it('a file that is write-protected', async () => {
    await fs.writeFile(path, OLD, { mode: 0o444 })
    expect(saveElsewhere()).toMatchObject({
      name: 'FileError',
      message: `cannot write '${path}': permission denied`,
    })
    expect(await contents()).toEqual(OLD)
  })

  it('no more room than 64 KB', async () => {
    await fs.writeFile(path, OLD, { mode: 0o666 })
    await fs.chmod(path, 0o666)
    expect(saveElsewhere('ulimit -f 64;')).toMatchObject({
      name: 'FileError',
      message: `cannot write '${path}': the file would be larger than is allowed`,
    })
    expect(await contents()).toEqual(OLD)
    expect(await fs.readdir(folder)).toEqual(['model.safetensors'])
  })
})

describe('readBytes over the network', () => {
  /** Serves four bytes, the last two of which never come where the address ends in 'cut'. */
  const server = createServer(({ url }, response) => {
    if (url === '/none') return response.writeHead(404).end()
    response.writeHead(200, { 'content-length': 4 }).write(NEW.subarray(0, 2))
    if (url === '/cut') setTimeout(() => response.destroy(), 50)
    else response.end(NEW.subarray(2))
  })
  let address = ''
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => void server.close())

  it('takes an address as a URL or as a text', async () => {
    expect(await platform.readBytes(new URL(`${address}/whole`))).toEqual(NEW)
    expect(await platform.readBytes(`${address}/whole`)).toEqual(NEW)
    await fs.writeFile(path, OLD)
    expect(await platform.readBytes(String(pathToFileURL(path)))).toEqual(OLD)
  })

  it.each(['/cut', '/none'])('says what is wrong: %s', async (name) => {
    for (const { readBytes } of [platform, inBrowsers]) {
      const failure = readBytes(`${address}${name}`)
      await expect(failure).rejects.toThrow(FileError)
      await expect(failure).rejects.toThrow(`cannot fetch '${address}${name}': `)
    }
  })
})

describe('readBytes', () => {
  it('reads paths and URLs', async () => {
    await fs.writeFile(path, NEW)
    expect(await platform.readBytes(path)).toEqual(NEW)
    expect(await platform.readBytes(pathToFileURL(path))).toEqual(NEW)
    expect(await platform.readBytes(new URL('data:application/octet-stream;base64,BAUGBw=='))).toEqual(NEW)
  })

  it('says what is wrong', async () => {
    await expect(platform.readBytes(join(folder, 'x'))).rejects.toThrow(
      `cannot read '${join(folder, 'x')}': there is no such file or folder`,
    )
    await expect(platform.readBytes(folder)).rejects.toThrow(`cannot read '${folder}': it is a folder`)
    await expect(platform.readBytes(new URL('http://127.0.0.1:9/model'))).rejects.toThrow(
      /cannot fetch 'http:\/\/127\.0\.0\.1:9\/model'/,
    )
    for (const wrong of [join(folder, 'x'), folder])
      await expect(platform.readBytes(wrong)).rejects.toThrow(FileError)
  })
})
