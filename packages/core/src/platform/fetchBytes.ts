import { FileError } from '../errors.ts'

/** The bytes of what a URL names, all of them. */
export async function fetchBytes(url: string | URL): Promise<Uint8Array> {
  let status: string
  try {
    const response = await fetch(url)
    if (response.ok) return new Uint8Array(await response.arrayBuffer())
    status = `${response.status} ${response.statusText}`
  } catch (error) {
    const { message, cause } = error as Error
    const why = cause instanceof Error && cause.message ? `${message}: ${cause.message}` : message
    throw new FileError(`cannot fetch '${url}': ${why}. Is the address right, and the connection up?`, {
      cause: error,
    })
  }
  throw new FileError(`cannot fetch '${url}': ${status}`)
}
