#!/usr/bin/env node
// Only what every Node understands stands here, so that an old one gets a sentence instead of a syntax error.

const [major, minor] = process.versions.node.split('.').map(Number)
if (major > 20 || (major === 20 && minor >= 19)) {
  import('../dist/main.js')
    .then(({ main }) => main(process.argv))
    .catch((error) => {
      const unbuilt = error.code === 'ERR_MODULE_NOT_FOUND' && /dist.main\.js'/.test(error.message)
      console.error(unbuilt ? 'carousel is not built yet: run `npm run build` first.' : error)
      process.exitCode = 1
    })
} else {
  console.error(
    `carousel needs Node 20.19 or newer; this is ${process.version}. Get one from https://nodejs.org`,
  )
  process.exitCode = 1
}
