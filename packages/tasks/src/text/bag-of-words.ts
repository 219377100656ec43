/**
 * The baseline that knows no order: words counted, weighted by TF-IDF, and told apart by logistic regression. It is
 * trained in a moment and hard to beat on short texts.
 */

/** Texts by their words, a sparse matrix in rows: of row n, `words` and `values` from `starts[n]` to `starts[n + 1]`. */
interface Rows {
  starts: Int32Array
  words: Int32Array
  values: Float64Array
}

export interface BagOfWords {
  /** The probabilities of the classes, [texts, classes]. */
  predict(texts: readonly (readonly string[])[]): Float64Array
}

/**
 * @param texts as tokens
 * @param labels from 0 to below `classes`
 */
export function trainBagOfWords(
  texts: readonly (readonly string[])[],
  labels: ArrayLike<number>,
  classes: number,
): BagOfWords {
  const documents = new Map<string, number>()
  for (const tokens of texts) {
    for (const word of new Set(tokens)) documents.set(word, (documents.get(word) ?? 0) + 1)
  }
  const numbers = new Map<string, number>()
  const rarity: number[] = []
  for (const [word, count] of documents) {
    numbers.set(word, numbers.size)
    // as scikit-learn smooths it: as if one more text had every word
    rarity.push(Math.log((1 + texts.length) / (1 + count)) + 1)
  }
  const rowsOf = (some: readonly (readonly string[])[]) => weigh(some, numbers, rarity)
  const weights = regress(rowsOf(texts), labels, classes, numbers.size)
  return { predict: (some) => probabilities(rowsOf(some), weights, classes) }
}

/** TF-IDF: how often a word comes, times how rare it is among texts; each row of length 1. */
function weigh(
  texts: readonly (readonly string[])[],
  numbers: ReadonlyMap<string, number>,
  rarity: readonly number[],
): Rows {
  const starts = new Int32Array(texts.length + 1)
  const words: number[] = []
  const values: number[] = []
  for (const [n, tokens] of texts.entries()) {
    const counts = new Map<number, number>()
    for (const word of tokens) {
      const number = numbers.get(word)
      if (number !== undefined) counts.set(number, (counts.get(number) ?? 0) + 1)
    }
    const row = [...counts].map(([word, count]) => [word, count * rarity[word]])
    const length = Math.sqrt(row.reduce((sum, [, value]) => sum + value * value, 0)) || 1
    for (const [word, value] of row) {
      words.push(word)
      values.push(value / length)
    }
    starts[n + 1] = words.length
  }
  return { starts, words: Int32Array.from(words), values: Float64Array.from(values) }
}

const PASSES = 10
const RATE = 0.1
const PENALTY = 1e-4

/**
 * Multinomial logistic regression, its weights kept small by a penalty on their squares: AdaGrad (Duchi, Hazan & Singer
 * 2011), text by text in their order, so the same figures every time. Returns [words + 1, classes], the intercepts last.
 */
function regress(rows: Rows, labels: ArrayLike<number>, classes: number, words: number): Float64Array {
  const weights = new Float64Array((words + 1) * classes)
  /** Of each weight, the sum of its gradients' squares. */
  const squares = new Float64Array(weights.length).fill(1e-8)
  const update = (at: number, gradient: number) => {
    squares[at] += gradient * gradient
    weights[at] -= (RATE * gradient) / Math.sqrt(squares[at])
  }
  const { starts, words: numbers, values } = rows
  const scores = new Float64Array(classes)
  for (let pass = 0; pass < PASSES; pass++) {
    for (let n = 0; n < labels.length; n++) {
      classify(rows, n, weights, scores)
      for (let c = 0; c < classes; c++) {
        const error = scores[c] - (labels[n] === c ? 1 : 0)
        for (let i = starts[n]; i < starts[n + 1]; i++) {
          const at = numbers[i] * classes + c
          update(at, error * values[i] + PENALTY * weights[at])
        }
        update(words * classes + c, error)
      }
    }
  }
  return weights
}

/** Of every row, [rows, classes]. */
function probabilities(rows: Rows, weights: Float64Array, classes: number): Float64Array {
  const found = new Float64Array((rows.starts.length - 1) * classes)
  for (let n = 0; n < rows.starts.length - 1; n++) {
    classify(rows, n, weights, found.subarray(n * classes, (n + 1) * classes))
  }
  return found
}

/** Writes the probabilities of row n: the softmax of its scores. */
function classify(
  { starts, words, values }: Rows,
  n: number,
  weights: Float64Array,
  scores: Float64Array,
): void {
  const classes = scores.length
  scores.set(weights.subarray(weights.length - classes))
  for (let i = starts[n]; i < starts[n + 1]; i++) {
    for (let c = 0; c < classes; c++) scores[c] += values[i] * weights[words[i] * classes + c]
  }
  const largest = scores.reduce((one, other) => Math.max(one, other))
  let sum = 0
  for (let c = 0; c < classes; c++) {
    scores[c] = Math.exp(scores[c] - largest)
    sum += scores[c]
  }
  for (let c = 0; c < classes; c++) scores[c] /= sum
}
