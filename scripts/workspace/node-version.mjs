// Imported first by every entry: an older Node stops here with a sentence instead of a stack trace.
// This file and all it is imported beside must therefore parse on Node 14 too.

const oldest = [20, 19]

const [major, minor] = process.versions.node.split('.').map(Number)

if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  console.error(
    `Carousel needs Node ${oldest.join('.')} or newer, and this is Node ${process.versions.node}. ` +
      'Install a current Node (nodejs.org) and run the same command again.',
  )
  process.exit(1)
}
