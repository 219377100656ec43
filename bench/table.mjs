import { JOBS, STREAM_LABEL } from './family.mjs'
import { INFERENCE_BATCHES } from './rows.mjs'

/** Columns padded to their widest cell; numbers, that is every column but the first, to the right. */
export function align(lines, alignRight = (column) => column > 0) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)))
  const pad = (cell, column) =>
    alignRight(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])
  return lines.map((cells) => `  ${cells.map(pad).join('  ').trimEnd()}`).join('\n')
}

const count = (value) => Math.round(value).toLocaleString('en')

function trainingLine(summary, row) {
  const value = summary.value(row.id)
  const cells = [row.peer.label, String(row.peer.threads)]
  if (value === undefined) return [...cells, '–', summary.reason(row.id)]
  const [least, most] = summary.range(row.id)
  const rounds = summary.roundsOf(row.id).length
  return [...cells, count(value), `${count(least)}–${count(most)} in ${rounds} round${rounds > 1 ? 's' : ''}`]
}

function training(summary) {
  const rows = summary.rows.filter(({ cmd }) => cmd === 'train')
  if (rows.length === 0) return []
  const lines = rows.map((row) => trainingLine(summary, row))
  const head = ['training the seed job, batch 32', 'threads', 'samples/s', 'range']
  return [align([head, ...lines], (column) => column === 1 || column === 2)]
}

function inferenceCell(summary, id, batch) {
  const value = summary.value(id)
  if (value === undefined) return '–'
  return batch === 1 ? `${(1e6 / value).toFixed(0)} µs` : `${count(value)}/s`
}

function inference(summary) {
  const rows = summary.rows.filter(({ cmd }) => cmd === 'infer')
  const peers = [...new Set(rows.map(({ peer }) => peer))]
  if (peers.length === 0) return []
  const lines = peers.map((peer) => {
    const ids = INFERENCE_BATCHES.map((batch) => `infer/${peer.id}/${batch}`)
    const cells = ids.map((id, index) => inferenceCell(summary, id, INFERENCE_BATCHES[index]))
    const none = ids.every((id) => summary.value(id) === undefined)
    return [peer.label, ...cells, none ? summary.reason(ids[0]) : '']
  })
  const head = ['inference, 1 thread', ...INFERENCE_BATCHES.map((batch) => `batch ${batch}`), '']
  return [align([head, ...lines], (column) => column > 0 && column < 4)]
}

/** A line for each job and peer of the family, and for each that streams. */
function family(summary) {
  const lines = summary.rows
    .filter(({ cmd }) => cmd === 'family' || cmd === 'stream')
    .map((row) => {
      const { cmd, id, message, peer } = row
      const value = summary.value(id)
      const what = cmd === 'stream' ? STREAM_LABEL : JOBS[message.job].label
      const speed =
        cmd === 'stream' ? (rate) => `${(1e6 / rate).toFixed(1)} µs` : (rate) => `${count(rate)}/s`
      return [
        what,
        peer.label,
        value === undefined ? '–' : speed(value),
        value === undefined ? summary.reason(id) : '',
      ]
    })
  if (lines.length === 0) return []
  const sorted = lines.sort(([a], [b]) => a.localeCompare(b))
  return [align([['the family, 1 thread', '', 'samples/s', ''], ...sorted], (column) => column === 2)]
}

function yardstick(summary) {
  const ceilings = Object.entries(summary.ceiling())
  if (ceilings.length === 0) return ['  the yardstick was not measured: no two-thread row counts']
  const lines = ceilings.map(([width, { oneThread, twoThreads, gain }]) => [
    `${width} bits wide`,
    oneThread.toFixed(1),
    twoThreads.toFixed(1),
    `${gain.toFixed(2)}×`,
  ])
  return [align([['yardstick, GFLOP/s', '1 thread', '2 threads', 'gain'], ...lines])]
}

const words = (met) => (met ? 'met' : 'NOT met')

const verdict = ({ wanted, met }) => `${wanted} ${met === undefined ? 'not known' : words(met)}`

/** Each target on two lines: what and whether, then the pair of figures it came from. */
function targetLines({ name, left, right, shown, atLeast, aim }) {
  const at = (wanted) => (wanted.startsWith('at most') ? '' : 'at least ')
  const pair = [left, right].map(({ label, text }) => `${text} (${label})`).join(' to ')
  return [
    `  ${shown.padStart(7)}  ${name}: ${at(atLeast.wanted)}${verdict(atLeast)}; aim ${verdict(aim)}`,
    `           ${pair}`,
  ].join('\n')
}

/** The whole report as printed. */
export function report(summary, targets) {
  const sections = [...yardstick(summary), ...training(summary), ...inference(summary), ...family(summary)]
  sections.push(`  Meanwhile other programs kept ${summary.otherCores().toFixed(2)} cores busy (median).`)
  if (targets.length > 0) sections.push(['  targets', ...targets.map(targetLines)].join('\n'))
  return sections.join('\n\n')
}
