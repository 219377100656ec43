import { report } from './workspace/report.mjs'

/**
 * Counts what ran, for `.ci/run`, and holds CI to its word: there a skipped test is a failure, and so is a project
 * in which no test was found, because either would pass for a green run without having shown anything.
 */
export default class StrictReporter {
  #projects = []

  onInit(vitest) {
    this.#projects = vitest.projects.map((project) => project.name)
  }

  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const inState = (state) => tests.filter((test) => test.result().state === state)
    const passed = inState('passed').length
    // A file that fails to load, or a hook that throws, has errors of its own beside those of its tests.
    const suiteErrors = modules
      .flatMap((module) => [module, ...module.children.allSuites()])
      .flatMap((it) => it.errors())
    const failed = inState('failed').length + suiteErrors.length + unhandledErrors.length

    const complaints = process.env.CI ? [...this.#skipped(inState('skipped')), ...this.#empty(modules)] : []
    for (const complaint of complaints) console.error(complaint)
    if (complaints.length > 0) process.exitCode = 1
    report('tests', passed, failed + complaints.length)
  }

  #skipped(tests) {
    return tests.map(
      (test) => `Skipped, which counts as failed in CI: ${test.module.relativeModuleId} > ${test.fullName}`,
    )
  }

  #empty(modules) {
    const found = new Set(modules.map((module) => module.project.name))
    return this.#projects
      .filter((name) => !found.has(name))
      .map((name) => `No test was found in project '${name}'`)
  }
}
