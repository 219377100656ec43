// Writes the micro-kernels of every matrix product as AssemblyScript: unrolled text, because the language has no
// macros and each accumulator must be a local variable of its own.
//
// A tile keeps `rows` × `vectors` accumulators (four columns each) in registers and runs once over the contracted
// axis: c[r] = start[r] + Σ_k a[r, k] · b[k]. Three things in the text are there for V8 and must stay:
// - no unrolling over k: more text makes every optimizing compiler spill accumulators;
// - one loop, entered through an `if`: V8's older compiler (Node 20) unrolls nested loops, and without the merge
//   behind the `if` it moves all loads before all products; either way the accumulators no longer fit;
// - a row's products follow its load, rows ascending, and the store at the higher address comes first: that is what
//   revectorization turns into 256-bit operations without extra moves.

const range = (count) => [...Array(count).keys()]

/** One run over the contracted axis. `step`: bytes from a's element k to k + 1; `stride`: bytes from a's row r to r + 1. */
function run({ rows, vectors, stride, step, second = '', reversed = false }) {
  const order = reversed ? range(rows).reverse() : range(rows)
  const [a, jump, b, end] = ['a', 'jump', 'b', 'end'].map((name) => name + second)
  return [
    `  if (${b} < ${end}) do {`,
    ...range(vectors).map((v) => `    const b${v} = v128.load(${b}, ${16 * v})`),
    ...order.flatMap((r) => [
      `    const a${r} = v128.load32_splat(${a}, ${r * stride})`,
      ...range(vectors).map((v) => `    c${r}_${v} = madd(a${r}, b${v}, c${r}_${v})`),
    ]),
    `    ${a} += ${step}`,
    ...(step === 4 ? [`    ${a} = select(${a}, ${a} + ${jump}, ${a} & 63)`] : []),
    `    ${b} += 64`,
    `  } while (${b} < ${end})`,
  ]
}

function tile({ name, parameters, rows, vectors, ...strides }) {
  return [
    `function ${name}(${parameters.join(', ')}): void {`,
    ...range(rows).flatMap((r) => [
      ...range(vectors).map((v) => `  let c${r}_${v} = v128.load(start, ${16 * v})`),
      ...(r < rows - 1 ? ['  start += startRow'] : []),
    ]),
    ...run({ rows, vectors, ...strides, reversed: parameters.length > 8 }),
    ...(parameters.length > 8 ? run({ rows, vectors, ...strides, second: 'Next' }) : []),
    ...range(rows).flatMap((r) =>
      range(vectors)
        .reverse()
        .map((v) => `  v128.store(c, c${r}_${v}, ${64 * r + 16 * v})`),
    ),
    '}',
  ].join('\n')
}

/** One row over several panels at once: with so few accumulators a single panel would wait for its own sums. */
function vectorTile(panels) {
  const cells = range(panels).flatMap((p) => range(4).map((v) => ({ p, v, name: `c${p}_${v}` })))
  const run = (second) => {
    const [a, jump, b, bPanel, end] = ['a', 'jump', 'b', 'bPanel', 'end'].map((name) => name + second)
    return [
      ...range(panels)
        .slice(1)
        .map((p) => `  let ${b}${p} = ${b} + ${p} * ${bPanel}`),
      `  if (${b} < ${end}) do {`,
      `    const x = v128.load32_splat(${a})`,
      ...cells.map(
        ({ p, v, name }) => `    ${name} = madd(x, v128.load(${b}${p || ''}, ${16 * v}), ${name})`,
      ),
      `    ${a} += 4`,
      `    ${a} = select(${a}, ${a} + ${jump}, ${a} & 63)`,
      ...range(panels).map((p) => `    ${b}${p || ''} += 64`),
      `  } while (${b} < ${end})`,
    ]
  }
  return [
    'export function vectorTile(c: usize, cPanel: usize, start: usize, startPanel: usize, a: usize, jump: usize, b: usize, bPanel: usize, end: usize, aNext: usize, jumpNext: usize, bNext: usize, bPanelNext: usize, endNext: usize): void {',
    ...cells.map(({ p, v, name }) => `  let ${name} = v128.load(start + ${p} * startPanel, ${16 * v})`),
    ...run(''),
    ...run('Next'),
    ...range(panels).flatMap((p) =>
      [3, 2, 1, 0].map((v) => `  v128.store(c + ${p} * cPanel, c${p}_${v}, ${16 * v})`),
    ),
    '}',
  ].join('\n')
}

/** Sums of columns over rows, of several panels at once: an addition waits three cycles for the one before it. */
function sumTile({ name, panels }) {
  const cells = range(panels).flatMap((p) => range(4).map((v) => ({ p, v, name: `s${p}_${v}` })))
  return [
    `export function ${name}(sum: usize, sumPanel: usize, y: usize, yPanel: usize, end: usize): void {`,
    ...cells.map(({ p, v, name }) => `  let ${name} = v128.load(sum + ${p} * sumPanel, ${16 * v})`),
    ...range(panels)
      .slice(1)
      .map((p) => `  let y${p} = y + ${p} * yPanel`),
    '  if (y < end) do {',
    ...cells.map(({ p, v, name }) => `    ${name} = f32x4.add(${name}, v128.load(y${p || ''}, ${16 * v}))`),
    ...range(panels).map((p) => `    y${p || ''} += 64`),
    '  } while (y < end)',
    ...range(panels).flatMap((p) =>
      [3, 2, 1, 0].map((v) => `  v128.store(sum + ${p} * sumPanel, s${p}_${v}, ${16 * v})`),
    ),
    '}',
  ].join('\n')
}

function dispatch({ name, prefix, rows, parameters }) {
  const names = parameters.map((parameter) => parameter.split(':')[0]).join(', ')
  return [
    '@inline',
    `export function ${name}(rows: i32, ${parameters.join(', ')}): void {`,
    '  switch (rows) {',
    ...range(rows).map((r) => `    case ${r + 1}: { ${prefix}${r + 1}(${names}); break }`),
    '  }',
    '}',
  ].join('\n')
}

/** The module `generated/tiles.ts` for tiles of up to `rows` rows and `columns` columns. */
export function tiles({ rows, columns, vectorPanels }) {
  const shapes = range(rows).map((r) => ({ rows: r + 1, vectors: columns / 4 }))
  const words = (names) => names.split(' ').map((name) => `${name}: usize`)
  const rowWords = words('c start startRow a jump b end aNext jumpNext bNext endNext')
  const laneWords = words('c start startRow a b end')
  return [
    "import { madd } from '../arithmetic'",
    `export const TILE_ROWS: i32 = ${rows}`,
    `export const TILE_BYTES: i32 = ${columns * 4}`,
    `export const VECTOR_PANELS: i32 = ${vectorPanels}`,
    ...shapes.map((shape) =>
      tile({ ...shape, name: `rows${shape.rows}`, parameters: rowWords, stride: 64, step: 4 }),
    ),
    ...shapes.map((shape) =>
      tile({ ...shape, name: `lanes${shape.rows}`, parameters: laneWords, stride: 4, step: 64 }),
    ),
    vectorTile(vectorPanels),
    sumTile({ name: 'sumTile', panels: vectorPanels }),
    sumTile({ name: 'sumTile1', panels: 1 }),
    dispatch({ name: 'rowTile', prefix: 'rows', rows, parameters: rowWords }),
    dispatch({ name: 'laneTile', prefix: 'lanes', rows, parameters: laneWords }),
  ].join('\n\n')
}
