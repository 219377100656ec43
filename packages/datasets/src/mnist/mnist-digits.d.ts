// Stands in for the files, so that the compiler does not read 20 MB of numbers ("resolveJsonModule": false).
declare module 'mnist/src/digits/*.json' {
  const digit: { readonly data: readonly number[] }
  export default digit
}
