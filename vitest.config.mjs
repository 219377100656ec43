import { defineConfig } from 'vitest/config'

// Tests run as built: what is tested is what ships. They are sorted by what they need beside Node, told by their name.
const files = (suffix) => [`packages/*/dist/**/*${suffix}.js`, `test/dist/**/*${suffix}.js`]
const needsPython = files('.python.test')
const needsBrowser = files('.browser.test')

const project = (name, include, exclude = []) => ({ extends: true, test: { name, include, exclude } })

export default defineConfig({
  test: {
    projects: [
      project('node', [...files('.test'), 'bench/*.test.mjs'], [...needsPython, ...needsBrowser]),
      project('python', needsPython),
      project('browser', needsBrowser),
    ],
    reporters: ['default', './scripts/strict-reporter.mjs'],
    // Only the test files themselves pass through Vitest; the packages load as they do for their users.
    server: { deps: { external: [/\/packages\/[^/]+\/(dist|bin)\//] } },
    allowOnly: !process.env.CI,
    // Many wait for processes of their own, the command or Python, so that two cores carry two files at a time.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
