import { formatShape } from '../layers/shape.ts'
import type { Network } from '../network/network.ts'

/** Entries of all weights. */
export function countParams(network: Network): number {
  return network.parameters.reduce((sum, { size }) => sum + size, 0)
}

function trained(network: Network): string {
  const sizes = network.trainableVariables.flatMap(({ parameters }) => parameters.map(({ size }) => size))
  const count = sizes.reduce((sum, size) => sum + size, 0)
  if (count === countParams(network)) return 'all trained'
  return `${count.toLocaleString('en')} trained, ${(countParams(network) - count).toLocaleString('en')} frozen`
}

/** As many as an LSTM has. */
const weightsOnALine = 3

/** The layers, what comes out of them, and their weights, as a table. */
export function summarize(name: string, network: Network): string {
  const header = ['Layer (type)', 'Output shape', 'Weights', 'Parameters']
  const rows = network.layers.flatMap(({ layer, name, outputs, variables }) => {
    const weights = variables.map(({ spec }) => `${spec.name} [${spec.shape.join(', ')}]`)
    const size = variables.flatMap(({ parameters }) => parameters).reduce((sum, { size }) => sum + size, 0)
    const first = [`${name} (${layer.className})`, outputs.map(formatShape).join(', ')]
    const lines = Array.from({ length: Math.max(1, Math.ceil(weights.length / weightsOnALine)) }, (_, n) =>
      weights.slice(n * weightsOnALine, (n + 1) * weightsOnALine).join('  '),
    )
    return lines.map((line, n) =>
      n === 0 ? [...first, line || '–', size.toLocaleString('en')] : ['', '', line, ''],
    )
  })
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 3 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1)))
  return [
    `Model '${name}', input ${network.inputs.map(({ shape }) => formatShape(shape)).join(', ')}`,
    rule,
    line(header),
    rule,
    ...rows.map(line),
    rule,
    `${countParams(network).toLocaleString('en')} parameters, ${trained(network)} (${formatBytes(4 * countParams(network))})`,
  ].join('\n')
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KB`
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`
}
