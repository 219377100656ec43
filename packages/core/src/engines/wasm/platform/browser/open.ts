/** A page's own thread may not wait for others, so machines live in a thread of their own. */
export { openRemote as open } from '../../remote.ts'
