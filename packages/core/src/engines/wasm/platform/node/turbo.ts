/** The turbo kernels: only Node can switch on what makes them fast. */
export const turboUrl: URL | null = new URL('../../../../../wasm/turbo.wasm', import.meta.url)
