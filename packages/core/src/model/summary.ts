import { formatShape } from '../layers/layer.ts'
import type { Network } from '../network/network.ts'

/** Entries of all weights. */
export function countParams(network: Network): number {
  return network.parameters.reduce((sum, { size }) => sum + size, 0)
}

/** The layers, what comes out of them, and their weights, as a table. */
export function summarize(name: string, network: Network): string {
  const header = ['Layer (type)', 'Output shape', 'Weights', 'Parameters']
  const rows = network.layers.map(({ layer, name, output, variables }) => [
    `${name} (${layer.className})`,
    formatShape(output),
    variables.map(({ spec }) => `${spec.name} [${spec.shape.join(', ')}]`).join('  ') || '–',
    variables
      .flatMap(({ parameters }) => parameters)
      .reduce((sum, { size }) => sum + size, 0)
      .toLocaleString('en'),
  ])
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 3 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1)))
  return [
    `Model '${name}', input ${formatShape(network.inputShape)}`,
    rule,
    line(header),
    rule,
    ...rows.map(line),
    rule,
    `${countParams(network).toLocaleString('en')} parameters, all trained (${formatBytes(4 * countParams(network))})`,
  ].join('\n')
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KB`
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`
}
