// Brings everything that quotes the benchmark in line with the newest result in bench/results/: the tables between
// `<!-- bench:begin -->` and `<!-- bench:end -->` of three documents, and the command's word on newer Nodes.
//
//   node docs/update-benchmarks.mjs           writes what is out of date
//   node docs/update-benchmarks.mjs --check   writes nothing, and fails where something is out of date
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'
import { JOBS, STREAM_LABEL } from '../bench/family.mjs'
import { allRows, carouselModes, INFERENCE_BATCHES, NODES } from '../bench/rows.mjs'
import { Summary } from '../bench/summary.mjs'

const BEGIN = '<!-- bench:begin -->'
const END = '<!-- bench:end -->'
const RESULTS = 'bench/results'

const at = (path) => new URL(`../${path}`, import.meta.url)
const read = (path) => readFileSync(at(path), 'utf8')

// ---- the newest result

/** A run in all its figures, or null where none is committed. Short runs do not count. */
function newestRun() {
  const names = existsSync(at(RESULTS)) ? readdirSync(at(RESULTS)) : []
  const runs = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ file: `${RESULTS}/${name}`, ...JSON.parse(read(`${RESULTS}/${name}`)) }))
    .filter((run) => !run.short)
    .sort((a, b) => a.date.localeCompare(b.date))
  const run = runs.at(-1)
  if (!run) return null
  return { ...run, summary: new Summary({ rows: allRows(), rounds: run.rounds, problems: run.problems }) }
}

const trainId = (peer) => `train/${peer}`
const carouselId = (node, threads, mode = carouselModes(node).at(-1)) =>
  `carousel/node${node}/${mode}/${threads}`

// ---- words

const WORDS = {
  en: {
    none: 'No result is committed yet. `npm run bench` makes one.',
    training: 'training the seed job, samples/s',
    threads: ['1 thread', '2 threads'],
    inference: 'inference, 1 thread',
    batch: (size) => `batch ${size}`,
    missing: 'missing',
    notMeasurable: 'not measurable',
    failed: 'failed',
    source: ({ rounds, data, cpu, cores, system, day, command, link }) =>
      `Medians of ${rounds} rounds, batch 32 for training, ${data}; ${cpu}, ${cores} cores, ${system}, ${day}. ` +
      `Made by \`${command}\`; every figure is in ${link}.`,
    data: { mnist: 'on MNIST', other: 'on made-up pictures' },
    twoThreads:
      'Not measurable: two threads gained less than 1.7 on the yardstick in too many rounds, that is, the two cores ' +
      'shared one physical core.',
  },
  zh: {
    none: '还没有提交任何基准测试结果；运行 `npm run bench` 即可生成。',
    training: '训练入门任务（样本/秒）',
    threads: ['1 线程', '2 线程'],
    inference: '推理，1 线程',
    batch: (size) => `批大小 ${size}`,
    missing: '未安装',
    notMeasurable: '无法测量',
    failed: '失败',
    source: ({ rounds, data, cpu, cores, system, day, command, link }) =>
      `${rounds} 轮的中位数，训练批大小为 32，${data}；${cpu}，${cores} 核，${system}，${day}。` +
      `由 \`${command}\` 生成，全部数据见 ${link}。`,
    data: { mnist: '数据为 MNIST', other: '数据为合成图片' },
    twoThreads:
      '“无法测量”是指：在太多轮次里，标尺程序用两个线程的增益不足 1.7，也就是说两个核实际上共用一个物理核。',
  },
}

const count = (value) => Math.round(Number(value.toPrecision(3))).toLocaleString('en')
const microseconds = (perSecond) => `${(1e6 / perSecond).toPrecision(3)} µs`

/** A peer as readers know it, with its version. */
function nameOf({ versions }, { id, node, options }) {
  const version = (versions[id] ?? '').split(/[+,]/)[0]
  const [kind] = id.split('/')
  const names = {
    carousel: `**Carousel**, ${options.mode}, Node ${node}`,
    torch: `PyTorch ${version}`,
    keras: `Keras ${version}`,
    tfjs: `TensorFlow.js ${version} (wasm), Node ${node}`,
    onnxruntime: `ONNX Runtime ${version} (Node)`,
  }
  return names[kind].replace(/ +/g, ' ')
}

/** Why there is no figure, in a word or two. */
function shortReason(reason, words) {
  if (reason.startsWith('missing')) return words.missing
  return reason.startsWith('not measurable') ? words.notMeasurable : words.failed
}

const table = (head, lines, leftColumns = 1) =>
  [head, head.map((_, column) => (column < leftColumns ? '---' : '--:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')

// ---- the summary of the READMEs: each Node's best kernels beside the peers, on one thread and on two

function summaryTables(run, language) {
  const words = WORDS[language]
  if (!run) return words.none
  const { summary } = run
  const cell = (id) => {
    const value = summary.value(id)
    return value === undefined ? shortReason(summary.reason(id), words) : count(value)
  }
  const peers = new Map(summary.rows.map(({ peer }) => [peer.id, peer]))
  const pairs = [
    ...NODES.toReversed().map((node) => [carouselId(node, 1), carouselId(node, 2)]),
    ['torch/1', 'torch/2'],
    ['keras/1', 'keras/2'],
    [`tfjs/node${NODES.at(-1)}/1`],
  ]
  const training = pairs.map(([one, two]) => [
    nameOf(run, peers.get(one)),
    cell(trainId(one)),
    two ? cell(trainId(two)) : '–',
  ])
  const text = [table([words.training, ...words.threads], training), inferenceTable(run, words)]
  if (training.some((cells) => cells.includes(words.notMeasurable))) text.push(words.twoThreads)
  return [...text, sourceLine(run, words, '')].join('\n\n')
}

function inferenceTable(run, words) {
  const { summary } = run
  const peers = [...new Set(summary.rows.filter(({ cmd }) => cmd === 'infer').map(({ peer }) => peer))]
  const lines = peers.map((peer) => {
    const cells = INFERENCE_BATCHES.map((batch) => {
      const id = `infer/${peer.id}/${batch}`
      const value = summary.value(id)
      if (value === undefined) return shortReason(summary.reason(id), words)
      return batch === 1 ? microseconds(value) : `${count(value)}/s`
    })
    return [nameOf(run, peer), ...cells]
  })
  return table([words.inference, ...INFERENCE_BATCHES.map(words.batch)], lines)
}

function sourceLine({ file, date, machine, rounds, data }, words, up) {
  const { cpu, cores, system } = machine
  return words.source({
    rounds: rounds.length,
    data: data === 'mnist' ? words.data.mnist : words.data.other,
    cpu,
    cores,
    system,
    day: date.slice(0, 10),
    command: rounds.length === 5 ? 'npm run bench' : `npm run bench -- --rounds ${rounds.length}`,
    link: `[${file}](${up}${file})`,
  })
}

// ---- docs/performance.md: everything

function allTables(run) {
  const words = WORDS.en
  if (!run) return words.none
  return [
    sourceLine(run, words, '../'),
    '### Training',
    trainingTable(run),
    '### Inference',
    inferenceTable(run, words),
    ...familySection(run),
    '### The ceiling of this machine',
    ceilingTable(run),
    '### Inside a training step',
    profileTable(run),
    '### Targets',
    targetTable(run),
    ...notMeasured(run),
  ].join('\n\n')
}

function trainingTable(run) {
  const { summary } = run
  const lines = summary.rows
    .filter(({ cmd, id }) => cmd === 'train' && summary.value(id) !== undefined)
    .map(({ id, peer }) => {
      const [least, most] = summary.range(id)
      const rounds = summary.roundsOf(id).length
      const range = `${count(least)}–${count(most)}`
      return [nameOf(run, peer), peer.threads, count(summary.value(id)), range, rounds]
    })
  return table(['training the seed job, batch 32', 'threads', 'samples/s', 'range', 'rounds'], lines)
}

/** The other jobs, each peer a column; where the run has them. */
function familySection(run) {
  const { summary } = run
  const rows = summary.rows.filter(({ cmd, id }) => cmd === 'family' && summary.value(id) !== undefined)
  if (rows.length === 0) return []
  const peers = [...new Set(rows.map(({ peer }) => peer))]
  const cell = (id) => {
    const value = summary.value(id)
    return value === undefined ? shortReason(summary.reason(id), WORDS.en) : count(value)
  }
  const lines = Object.entries(JOBS).map(([job, { label, batch }]) => [
    `${label}, batch ${batch}`,
    ...peers.map(({ id }) => cell(`family/${job}/${id}`)),
  ])
  const streams = summary.rows
    .filter(({ cmd, id }) => cmd === 'stream' && summary.value(id) !== undefined)
    .map(({ id, peer }) => [nameOf(run, peer), microseconds(summary.value(id))])
  return [
    '### The family',
    table(['training, samples/s, 1 thread', ...peers.map((peer) => nameOf(run, peer))], lines),
    ...(streams.length > 0 ? [table([`streaming, ${STREAM_LABEL}`, 'time'], streams)] : []),
  ]
}

function ceilingTable({ ceiling }) {
  const lines = Object.entries(ceiling).map(([width, { oneThread, twoThreads, gain }]) => [
    `fused multiply-add, ${width} bits wide`,
    oneThread.toFixed(1),
    twoThreads.toFixed(1),
    `${gain.toFixed(2)}×`,
  ])
  return table(['yardstick, GFLOP/s', '1 thread', '2 threads', 'gain'], lines)
}

function profileTable(run) {
  const { summary } = run
  const lines = summary.rows
    .filter(({ cmd, id }) => cmd === 'profile' && summary.value(id, 'stepSeconds') !== undefined)
    .map(({ id, peer }) => {
      const [gflops, step, rest] = ['matrixGflops', 'stepSeconds', 'otherSeconds'].map((key) =>
        summary.value(id, key),
      )
      return [
        nameOf(run, peer),
        `${(step * 1e3).toFixed(2)} ms`,
        `${gflops.toFixed(1)} GFLOP/s`,
        `${(rest * 1e3).toFixed(2)} ms (${((100 * rest) / step).toFixed(1)} %)`,
      ]
    })
  return table(['a batch of 32, 1 thread', 'step', 'matrix products', 'everything else'], lines)
}

function targetTable({ targets }) {
  const words = (met) => (met === undefined ? 'not known' : met ? 'met' : 'not met')
  const verdict = ({ wanted, met }) => `${wanted}: ${words(met)}`
  const lines = targets.map(({ name, shown, atLeast, aim, left, right }) => [
    name,
    `${left.text} to ${right.text} (${right.label})`,
    shown,
    verdict(atLeast),
    verdict(aim),
  ])
  return table(['target', 'from', 'reached', 'at least', 'aim'], lines, 2)
}

function notMeasured({ summary }) {
  const without = summary.rows.filter(({ id }) => summary.roundsOf(id).length === 0)
  if (without.length === 0) return []
  const byReason = new Map()
  for (const { id } of without) {
    const reason = summary.reason(id)
    byReason.set(reason, [...(byReason.get(reason) ?? []), `\`${id}\``])
  }
  const lines = [...byReason].map(([reason, rows]) => `- ${rows.join(', ')}: ${reason}`)
  return ['### Not measured', lines.join('\n')]
}

// ---- the command's word on newer Nodes

function benchmarkNote(run) {
  const speed = (node) => run?.summary.value(trainId(carouselId(node, 1)))
  const newest = NODES.filter((node) => node > 20 && speed(node) !== undefined).at(-1)
  const faster = newest && speed(20) ? Number((speed(newest) / speed(20)).toFixed(2)) : null
  if (faster === null || faster <= 1) return { node: null, faster: null, machine: null, date: null }
  const { cpu, cores } = run.machine
  return { node: newest, faster, machine: `${cpu}, ${cores} cores`, date: run.date.slice(0, 10) }
}

// ---- writing

/** The document with its marked part replaced. */
function withTables(path, tables) {
  const text = read(path)
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin < 0 || end < begin)
    throw new Error(`${path}: expected the lines ${BEGIN} and ${END}; put them back`)
  return `${text.slice(0, begin + BEGIN.length)}\n\n${tables}\n\n${text.slice(end)}`
}

function main(check) {
  const run = newestRun()
  const wanted = {
    'README.md': withTables('README.md', summaryTables(run, 'en')),
    'README.zh-CN.md': withTables('README.zh-CN.md', summaryTables(run, 'zh')),
    'docs/performance.md': withTables('docs/performance.md', allTables(run)),
    'packages/cli/benchmark-note.json': `${JSON.stringify(benchmarkNote(run), null, 2)}\n`,
  }
  const stale = Object.keys(wanted).filter((path) => read(path) !== wanted[path])
  const from = run ? posix.basename(run.file) : 'no result'
  if (stale.length === 0) return console.log(`up to date with ${from}`)
  if (!check) {
    for (const path of stale) writeFileSync(at(path), wanted[path])
    return console.log(`wrote ${stale.join(', ')} from ${from}`)
  }
  console.error(`${stale.join(', ')} differ from ${from}. Run: node docs/update-benchmarks.mjs`)
  process.exitCode = 1
}

main(process.argv.includes('--check'))
