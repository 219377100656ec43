import http from 'node:http'
import https from 'node:https'
import { type Reply, type RequestOptions, rangeOf } from '../platform.ts'
import { lookupOnceAnswered } from './lookup.ts'

const maxRedirects = 5

/**
 * A GET by node:http rather than by fetch: an aborted fetch goes on connecting for ten seconds, and an
 * aborted look-up of a name holds the process as long as the system's resolver likes, even at its exit.
 */
export async function request(url: string, options: RequestOptions): Promise<Reply> {
  let target = new URL(url)
  for (let redirects = 0; ; redirects++) {
    const reply = await get(target, options)
    const location = reply.headers.location
    if (reply.statusCode === undefined || reply.statusCode < 300 || reply.statusCode > 399 || !location) {
      return {
        status: reply.statusCode ?? 0,
        header: (name) => [reply.headers[name]].flat()[0],
        body: reply,
      }
    }
    reply.destroy()
    if (redirects === maxRedirects) throw new Error(`more than ${maxRedirects} redirects`)
    target = new URL(location, target)
  }
}

function get(url: URL, options: RequestOptions): Promise<http.IncomingMessage> {
  const { signal } = options
  const range = rangeOf(options)
  const headers = { 'user-agent': 'carousel-datasets', ...(range && { range }) }
  const { get } = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const sent = get(url, { headers, lookup: lookupOnceAnswered(signal) }, (reply) => {
      // Who reads the reply sees its errors; one that comes when nobody reads must not end the process.
      resolve(reply.on('error', () => {}))
    })
    // Not by the option `signal`, nor with its reason: both reach the socket, which by then may be between
    // two requests, where nobody hears its error, and an error unheard ends the process.
    const hangUp = () => sent.destroy()
    signal.addEventListener('abort', hangUp)
    sent.on('close', () => signal.removeEventListener('abort', hangUp))
    sent.on('error', reject)
  })
}
