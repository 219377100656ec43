/** Browsers do not let a page switch on what makes the turbo kernels fast, so they load nothing of it. */
export const turboUrl = null
export const compare = null
