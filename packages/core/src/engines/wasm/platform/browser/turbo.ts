/** Browsers do not let a page switch on what makes the turbo kernels fast. */
export const turboUrl = null
