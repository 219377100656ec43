import { utcFormat, utcParse } from 'd3-time-format'
import { expect, test } from 'vitest'
import { dateCodes, refuseFormat } from './date-format.ts'
import { settingsWith } from './testing.ts'

const letters = Array.from({ length: 94 }, (_, n) => String.fromCharCode(33 + n)).filter(
  // these say how numbers are padded
  (letter) => !'-_0'.includes(letter),
)

test('a code is known exactly where d3-time-format reads it, and writes something in its place', () => {
  const date = new Date(Date.UTC(2024, 0, 31, 13, 5, 9))
  const isRead = (format: string) => utcParse(format)(utcFormat(format)(date)) !== null
  for (const letter of letters) {
    const isKnown = isRead(`%Y %${letter}`)
    const refusal = expect(() => refuseFormat(`%Y %${letter}`))
    if (isKnown) refusal.not.toThrow()
    else refusal.toThrow(`received '%${letter}' in '%Y %${letter}'. There are %Y, %y, %m, `)
  }
})

test('the usual codes are among them, padded in any way', () => {
  for (const code of Object.keys(dateCodes)) {
    for (const pad of ['', '-', '_', '0']) refuseFormat(code.replace('%', `%${pad}`))
  }
})

test('what says nothing of a date is refused with the codes that there are', () => {
  for (const format of ['', 'DD.MM.YYYY', '100 %%']) {
    expect(() => settingsWith({ dateFormat: format })).toThrow(
      `--date-format: expected codes of dates, received '${format}', which has none. There are %Y, `,
    )
  }
  expect(() => settingsWith({ dateFormat: '%d.%m.%' })).toThrow("received '%' in '%d.%m.%'")
  expect(() => settingsWith({ dateFormat: '%D' })).toThrow(/received '%D' in '%D'.* %S, %s;/)
})
