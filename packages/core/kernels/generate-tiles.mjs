// Writes the micro-kernels of every matrix product as AssemblyScript: unrolled text, because the language has no
// macros and each accumulator must be a local variable of its own.
//
// A tile keeps `rows` × `vectors` accumulators (four columns each) in registers while it runs over the contracted axis:
// c[r] = start[r] + Σ_k a[r, k]·b[k]. Some of the text is as it is for V8, and costs up to half the speed if changed:
// - No unrolling over k: with more text the compilers spill accumulators.
// - No loop inside a loop: V8's older compiler (Node 20) unrolls the inner one. Hence a jumps from panel to panel by a
//   `select` on its address.
// - Every loop is entered through an `if`, and rows descend in the first of two loops and ascend in the last. The older
//   compiler sorts instructions by itself; so written, each load comes right before its products and 15 registers do,
//   otherwise all loads come first and they do not. The newer compiler keeps the order it is given.
// - The store at the higher address comes first: revectorization (turbo) then merges a pair without an extra store.

const range = (count) => [...Array(count).keys()]
const words = (names) => names.split(' ').map((name) => `${name}: usize`)
const signature = (name, parameters) => `export function ${name}(${parameters.join(', ')}): void {`

/** Local variables of panels 0, 1, 2, …: the first is the parameter itself. */
const numbered = (name, panel) => (panel === 0 ? name : `${name}${panel}`)
const pointers = (name, stride, panels) =>
  range(panels - 1).map((p) => `  let ${numbered(name, p + 1)} = ${name} + ${p + 1} * ${stride}`)

/** A loop over a contracted axis. `step`: bytes from a's element k to k + 1; `stride`: bytes from its row r to r + 1. */
function run({ rows, vectors, stride, step, second = '', descending = false }) {
  const order = descending ? range(rows).reverse() : range(rows)
  const [a, jump, b, end] = ['a', 'jump', 'b', 'end'].map((name) => name + second)
  return [
    `  if (${b} < ${end}) do {`,
    ...range(vectors).map((v) => `    const b${v} = v128.load(${b}, ${16 * v})`),
    ...order.flatMap((r) => [
      `    const a${r} = v128.load32_splat(${a}, ${r * stride})`,
      ...range(vectors).map((v) => `    c${r}_${v} = madd(a${r}, b${v}, c${r}_${v})`),
    ]),
    `    ${a} += ${step}`,
    ...(step === 4 ? [`    if (!(${a} & 63)) ${a} += ${jump}`] : []),
    `    ${b} += 64`,
    `  } while (${b} < ${end})`,
  ]
}

/** @param next runs on over a second pair of operands, aNext and bNext */
function tile({ name, parameters, next, rows, vectors, ...strides }) {
  return [
    signature(name, parameters),
    ...range(rows).flatMap((r) => [
      ...range(vectors).map((v) => `  let c${r}_${v} = v128.load(start, ${16 * v})`),
      ...(r < rows - 1 ? ['  start += startRow'] : []),
    ]),
    ...run({ rows, vectors, ...strides, descending: next }),
    ...(next ? run({ rows, vectors, ...strides, second: 'Next' }) : []),
    ...range(rows).flatMap((r) =>
      range(vectors)
        .reverse()
        .map((v) => `  v128.store(c, c${r}_${v}, ${64 * r + 16 * v})`),
    ),
    '}',
  ].join('\n')
}

const panelCells = (panels) =>
  range(panels).flatMap((p) => range(4).map((v) => ({ p, v, name: `c${p}_${v}` })))

const loadPanels = (panels, at) =>
  panelCells(panels).map(
    ({ p, v, name }) => `  let ${name} = v128.load(${at} + ${p} * ${at}Panel, ${16 * v})`,
  )

const storePanels = (panels, at) =>
  range(panels).flatMap((p) =>
    [3, 2, 1, 0].map((v) => `  v128.store(${at} + ${p} * ${at}Panel, c${p}_${v}, ${16 * v})`),
  )

/** One row over several panels at once: with so few accumulators a single panel would wait for its own sums. */
function vectorTile(panels) {
  const parameters = 'c cPanel start startPanel a jump b bPanel end aNext jumpNext bNext bPanelNext endNext'
  const run = (second) => {
    const [a, jump, b, bPanel, end] = ['a', 'jump', 'b', 'bPanel', 'end'].map((name) => name + second)
    return [
      ...pointers(b, bPanel, panels),
      `  if (${b} < ${end}) do {`,
      `    const x = v128.load32_splat(${a})`,
      ...panelCells(panels).map(
        ({ p, v, name }) => `    ${name} = madd(x, v128.load(${numbered(b, p)}, ${16 * v}), ${name})`,
      ),
      `    ${a} += 4`,
      `    ${a} = select(${a}, ${a} + ${jump}, ${a} & 63)`,
      ...range(panels).map((p) => `    ${numbered(b, p)} += 64`),
      `  } while (${b} < ${end})`,
    ]
  }
  return [
    signature('vectorTile', words(parameters)),
    ...loadPanels(panels, 'start'),
    ...run(''),
    ...run('Next'),
    ...storePanels(panels, 'c'),
    '}',
  ].join('\n')
}

/** c += Σ rows of y, for several panels at once: an addition waits three cycles for the one before it. */
function sumTile({ name, panels }) {
  return [
    signature(name, words('c cPanel y yPanel end')),
    ...loadPanels(panels, 'c'),
    ...pointers('y', 'yPanel', panels),
    '  if (y < end) do {',
    ...panelCells(panels).map(
      ({ p, v, name }) => `    ${name} = f32x4.add(${name}, v128.load(${numbered('y', p)}, ${16 * v}))`,
    ),
    ...range(panels).map((p) => `    ${numbered('y', p)} += 64`),
    '  } while (y < end)',
    ...storePanels(panels, 'c'),
    '}',
  ].join('\n')
}

/** Calls the tile for a count of rows. */
function dispatch({ name, prefix, rows, parameters }) {
  const names = parameters.map((parameter) => parameter.split(':')[0]).join(', ')
  return [
    '@inline',
    signature(name, ['rows: i32', ...parameters]),
    '  switch (rows) {',
    ...range(rows).map((r) => `    case ${r + 1}: { ${prefix}${r + 1}(${names}); break }`),
    '  }',
    '}',
  ].join('\n')
}

const ROW_WORDS = words('c start startRow a jump b end aNext jumpNext bNext endNext')
const LANE_WORDS = words('c start startRow a b end')

/** Tiles of up to `rows` rows and `columns` columns. */
function tiles({ rows, columns, vectorPanels }) {
  const shapes = range(rows).map((r) => ({ rows: r + 1, vectors: columns / 4 }))
  return [
    "import { madd } from '../arithmetic'",
    ...shapes.map((shape) =>
      tile({ ...shape, name: `rows${shape.rows}`, parameters: ROW_WORDS, next: true, stride: 64, step: 4 }),
    ),
    ...shapes.map((shape) =>
      tile({
        ...shape,
        name: `lanes${shape.rows}`,
        parameters: LANE_WORDS,
        next: false,
        stride: 4,
        step: 64,
      }),
    ),
    vectorTile(vectorPanels),
    sumTile({ name: 'sumTile', panels: vectorPanels }),
    sumTile({ name: 'sumTile1', panels: 1 }),
  ]
}

/** Their shape (`unfusedRows` where a multiply-add is rounded twice), and which of them does so many rows. Apart from them, because a binary exports all tiles. */
function choice({ rows, unfusedRows, columns, vectorPanels }) {
  return [
    "import { isFused } from '../arithmetic'",
    "import * as tiles from './tiles'",
    `export const TILE_ROWS: i32 = ${rows === unfusedRows ? rows : `isFused() ? ${rows} : ${unfusedRows}`}`,
    `export const TILE_BYTES: i32 = ${columns * 4}`,
    `export const VECTOR_PANELS: i32 = ${vectorPanels}`,
    dispatch({ name: 'rowTile', prefix: 'tiles.rows', rows, parameters: ROW_WORDS }),
    dispatch({ name: 'laneTile', prefix: 'tiles.lanes', rows, parameters: LANE_WORDS }),
  ]
}

/** The generated modules, by path in `kernels/`. */
export function modules(shape) {
  return {
    'generated/tiles.ts': tiles(shape).join('\n\n'),
    'generated/choice.ts': choice(shape).join('\n\n'),
  }
}
