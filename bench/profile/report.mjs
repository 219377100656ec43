import { align } from '../table.mjs'

const NAMES = { lstm: 'LSTM', gru: 'GRU', simpleRNN: 'SimpleRNN' }

const microseconds = (seconds) =>
  (seconds * 1e6).toLocaleString('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 })
const percent = (share) => `${(100 * share).toFixed(1)} %`

/** A profile as text. */
export function reportOf(profile) {
  const { products, rest, productSeconds, otherSeconds, stepSeconds, gflops, ceiling } = profile
  const line = (label, seconds) => [label, microseconds(seconds), percent(seconds / stepSeconds)]
  const speed = (reached) => [reached.toFixed(1), percent(reached / ceiling)]
  const lines = [
    ['matrix products', 'µs', 'of a step', 'GFLOP/s', 'of the ceiling'],
    ...products.map(({ label, seconds, flops }) => [
      ...line(`  ${label}`, seconds),
      ...speed(flops / seconds / 1e9),
    ]),
    [...line('  together', productSeconds), ...speed(gflops)],
    ['everything else'],
    ...rest.map(({ label, seconds }) => line(`  ${label}`, seconds)),
    line('  together', otherSeconds),
    line('a step', stepSeconds),
  ]
  return [heading(profile), '', align(lines), '', ...footing(profile)].join('\n')
}

function heading({ recurrent: { layer, units, layers }, batch, kernels, threads, steps, stepSeconds }) {
  const of = threads > 1 ? `thread 0 of ${threads}` : '1 thread'
  const rate = Math.round(batch / stepSeconds).toLocaleString('en')
  return `  ${layers > 1 ? `${layers} × ` : ''}${NAMES[layer]}(${units}), batch ${batch}, ${kernels} kernels, ${of}, Node ${process.versions.node}: the lower decile of ${steps} steps, ${rate} samples/s`
}

const footing = ({ ceiling, width, otherCores }) => [
  `  The ceiling: ${ceiling.toFixed(1)} GFLOP/s, a loop of fused multiply-adds ${width} bits wide, now and then between steps.`,
  `  Meanwhile other programs kept ${otherCores.toFixed(2)} cores busy.`,
]
