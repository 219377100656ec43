/** An expected failure: its message is the whole of what the user needs to see. */
export class Failure extends Error {}

/**
 * Does one piece of work under one line: `Building … done in 2.1 s`.
 * It goes to standard error, because standard output belongs to the command that follows.
 */
export function saying(text, work) {
  const began = Date.now()
  process.stderr.write(`${text} … `)
  try {
    work()
  } catch (error) {
    process.stderr.write('failed\n')
    throw error
  }
  process.stderr.write(`done in ${((Date.now() - began) / 1000).toFixed(1)} s\n`)
}

/** Runs an entry's work and turns its result into the process's exit code, its `Failure` into plain words. */
export async function main(work) {
  try {
    process.exitCode = await work()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
