import { createInterface } from 'node:readline'

// Standard output belongs to the protocol: whatever a library has to say goes to standard error.
for (const level of ['log', 'info', 'debug']) console[level] = console.error

const reply = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Names of packages only, no paths: replies end in the results file. */
function failure(error) {
  const message = String(error.message).split('\n')[0]
  const isMissing = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(error.code)
  if (isMissing) return { missing: message.match(/'(?:.*node_modules\/)?([^']+)'/)?.[1] ?? message }
  console.error(error)
  return { error: message }
}

async function answer(handlers, { cmd, ...message }) {
  const handler = handlers[cmd]
  if (!handler) return { error: `expected one of ${Object.keys(handlers).join(', ')}, received '${cmd}'` }
  try {
    const before = cpuSeconds()
    const result = await handler(message)
    return { ...result, cpuSeconds: cpuSeconds() - before }
  } catch (error) {
    return failure(error)
  }
}

/**
 * Speaks the bench's protocol: one JSON object a line, requests on standard input, one reply each on standard
 * output. `handlers` maps a command to a function from the request to the reply. See README.md for the commands.
 */
export async function serve(handlers) {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim()) reply(await answer(handlers, JSON.parse(line)))
  }
  process.exit(0)
}
