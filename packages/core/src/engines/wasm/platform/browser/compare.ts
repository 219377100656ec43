/** Browsers have no second binary of the same arithmetic to compare with, and load nothing of it. */
export const compare = null
