import { expect, test } from 'vitest'
import { refuseControl } from './labels.ts'

test('names of classes with control characters are shown as they are, and refused', () => {
  refuseControl(['well', 'so so', '很好'], 'reviews.csv')
  for (const label of ['two\nlines', '\u001b[31mred', 'n\0ul']) {
    expect(() => refuseControl(['fine', label], 'reviews.csv')).toThrow(
      `reviews.csv: expected names of classes without line breaks and other control characters, received ${JSON.stringify(label)}`,
    )
  }
})
