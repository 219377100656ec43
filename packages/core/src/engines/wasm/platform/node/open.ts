/** Any thread of Node may wait for others, so machines live in the one that calls. */
export { openLocal as open } from '../../local.ts'
