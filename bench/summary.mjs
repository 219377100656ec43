/** What two threads must gain on the yardstick for a round to count for two threads. */
export const NEEDED_GAIN = 1.7
/** Of how many rounds a figure on two threads must at least be the median. */
export const NEEDED_ROUNDS = 3

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The two readings of the yardstick around a round's two-thread rows, each what two threads gained. */
const gains = ({ between, after }) =>
  [between, after].map((reading) => (reading[256] ?? reading[128])?.gain ?? 0)

const countsForTwo = (round) => Math.min(...gains(round)) >= NEEDED_GAIN

/** A run's figures by row, with the rounds that count for a row on two threads told apart. */
export class Summary {
  constructor({ rows, rounds, problems }) {
    this.rows = rows
    this.rounds = rounds
    this.problems = problems
  }

  /** The rounds in which each of the rows was measured and counts. */
  roundsOf(...ids) {
    const measured = this.rounds.filter(({ figures }) => ids.every((id) => figures[id]))
    const two = ids.some((id) => this.#row(id)?.peer.threads === 2)
    const counting = two ? measured.filter(countsForTwo) : measured
    return two && counting.length < NEEDED_ROUNDS ? [] : counting
  }

  /** The median of a row's figure, or undefined where too few rounds count. */
  value(id, key = 'samplesPerSecond') {
    const values = this.roundsOf(id).map(({ figures }) => figures[id][key])
    return values.length > 0 ? median(values) : undefined
  }

  /** Least and most of a row's figure in the rounds that count. */
  range(id, key = 'samplesPerSecond') {
    const values = this.roundsOf(id).map(({ figures }) => figures[id][key])
    return values.length > 0 ? [Math.min(...values), Math.max(...values)] : undefined
  }

  /** Why a row has no value. */
  reason(id) {
    const row = this.#row(id)
    if (!row) return 'not asked for'
    if (this.problems[row.id] ?? this.problems[row.peer.id])
      return this.problems[row.id] ?? this.problems[row.peer.id]
    const measured = this.rounds.some(({ figures }) => figures[id])
    return measured ? `not measurable now (${this.#gainInWords()})` : 'not measured'
  }

  #row(id) {
    return this.rows.find((row) => row.id === id)
  }

  #gainInWords() {
    const each = this.rounds.map((round) => `${Math.min(...gains(round)).toFixed(2)}×`).join(', ')
    return `the yardstick gained ${each}; ${NEEDED_ROUNDS} rounds of ${NEEDED_GAIN}× are needed`
  }

  /** The yardstick's gain over the rounds given: the mean of each round's two readings, the median of rounds. */
  gain(rounds = this.rounds) {
    return median(rounds.map((round) => gains(round).reduce((sum, each) => sum + each / 2, 0)))
  }

  /** How many cores other programs kept busy while rows were measured: the median over all of them. */
  otherCores() {
    const all = this.rounds.flatMap(({ figures }) =>
      Object.values(figures).map((figure) => figure.otherCores),
    )
    return all.length > 0 ? median(all) : 0
  }

  /** The ceiling by width over all readings: GFLOP/s on one and two threads, and the gain. */
  ceiling() {
    const readings = this.rounds.flatMap(({ before, between, after }) => [before, between, after])
    const widths = [128, 256].filter((width) => readings.some((reading) => reading[width]))
    const of = (width, key) => median(readings.filter((each) => each[width]).map((each) => each[width][key]))
    const entry = (width) => ['oneThread', 'twoThreads', 'gain'].map((key) => [key, of(width, key)])
    return Object.fromEntries(widths.map((width) => [width, Object.fromEntries(entry(width))]))
  }
}
