import { lookup } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'

/**
 * Asks the system for an address only after some name server answered something: the system's look-up
 * cannot be taken back, a query of our own can. What the query says is of no account.
 */
export function lookupOnceAnswered(signal: AbortSignal, query = new Resolver()): LookupFunction {
  return (hostname, options, callback) => {
    const cancel = () => query.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    const proceed = () => {
      signal.removeEventListener('abort', cancel)
      if (!signal.aborted) lookup(hostname, options, callback)
    }
    query.resolve4(hostname).then(proceed, proceed)
  }
}
