// A door of its own to what threads have anyway: a bundler would else give that part of the code a list of all its names.
export { openLocal } from './local.ts'
