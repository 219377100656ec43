import { type ScaleLinear, scaleLinear, scaleUtc } from 'd3-scale'
import { area, line } from 'd3-shape'
import { count } from '../report/format.ts'

type Point = readonly [x: number, y: number]

/** Lines over one axis, and the band between two of them. */
export interface Panel {
  title: string
  /** What the axis counts; 'date': its numbers are milliseconds since 1970, UTC. */
  axis: 'date' | string
  lines: readonly { name: string; points: readonly Point[] }[]
  band?: { name: string; points: readonly (readonly [x: number, low: number, high: number])[] }
}

const WIDTH = 800
const HEIGHT = 280
const MARGIN = { top: 34, right: 40, bottom: 64, left: 64 }
/** Told apart by those who see colours differently, too (Okabe & Ito 2008). */
const COLOURS = ['#222222', '#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00']
const BAND_COLOUR = '#56b4e9'
const BAND_OPACITY = 0.35

/** Panels one below the other, as the text of an SVG file. */
export function drawPanels(panels: readonly Panel[]): string {
  const whole = HEIGHT * panels.length
  const drawn = panels.map(
    (panel, index) => `<g transform="translate(0 ${index * HEIGHT})">${draw(panel)}</g>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${whole}" width="${WIDTH}" height="${whole}"`,
    ` font-family="DejaVu Sans, Verdana, sans-serif" font-size="12" fill="#222222">`,
    `<rect width="${WIDTH}" height="${whole}" fill="#ffffff"/>`,
    ...drawn,
    '</svg>\n',
  ].join('\n')
}

function draw({ title, axis, lines, band }: Panel): string {
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x))
  const ys = [
    ...lines.flatMap(({ points }) => points.map(([, y]) => y)),
    ...(band?.points.flatMap(([, low, high]) => [low, high]) ?? []),
  ]
  const [left, right] = [MARGIN.left, WIDTH - MARGIN.right]
  const [top, bottom] = [MARGIN.top, HEIGHT - MARGIN.bottom]
  const places = [left, right]
  const x = axis === 'date' ? scaleUtc(extent(xs), places) : scaleLinear(extent(xs), places)
  const marks = axis === 'date' ? dateMarks(x.ticks(8) as Date[], right - left) : numberMarks(x as Linear)
  const y = scaleLinear().domain(extent(ys)).nice().range([bottom, top])
  const yFormat = y.tickFormat(5)
  const shape = line<Point>(
    ([px]) => x(px),
    ([, py]) => y(py),
  ).digits(1)
  const filled = area<readonly [number, number, number]>()
    .x(([px]) => x(px))
    .y0(([, low]) => y(low))
    .y1(([, , high]) => y(high))
    .digits(1)
  // One point has no line, and no area: a dot, and a bar.
  const drawnLine = (points: readonly Point[], colour: string) =>
    points.length === 1
      ? `<circle cx="${x(points[0][0])}" cy="${y(points[0][1])}" r="3.5" fill="${colour}"/>`
      : `<path d="${shape(points)}" fill="none" stroke="${colour}" stroke-width="1.6"/>`
  const filledBand = (points: NonNullable<Panel['band']>['points']) => {
    const [px, low, high] = points[0]
    return points.length === 1
      ? `<path d="M${x(px)} ${y(low)}V${y(high)}" stroke="${BAND_COLOUR}" stroke-opacity="${BAND_OPACITY}" stroke-width="10"/>`
      : `<path d="${filled(points)}" fill="${BAND_COLOUR}" fill-opacity="${BAND_OPACITY}"/>`
  }
  return [
    `<text x="${left}" y="20" font-size="14" font-weight="bold">${escaped(title)}</text>`,
    ...y.ticks(5).map((tick) => {
      const at = y(tick).toFixed(1)
      return `<path d="M${left} ${at}H${right}" stroke="#e2e2e2"/><text x="${left - 8}" y="${at}" dy="4" text-anchor="end">${escaped(yFormat(tick))}</text>`
    }),
    ...marks.map(([value, text]) => {
      const at = x(value).toFixed(1)
      return `<path d="M${at} ${bottom}v5" stroke="#222222"/><text x="${at}" y="${bottom + 19}" text-anchor="middle">${escaped(text)}</text>`
    }),
    `<path d="M${left} ${bottom}H${right}" stroke="#222222"/>`,
    ...(axis === 'date'
      ? []
      : [`<text x="${right}" y="${bottom + 36}" text-anchor="end">${escaped(axis)}</text>`]),
    ...(band ? [filledBand(band.points)] : []),
    ...lines.map(({ points }, index) => drawnLine(points, COLOURS[index % COLOURS.length])),
    legend([
      ...lines.map(({ name }, index) => ({ name, colour: COLOURS[index % COLOURS.length], opacity: 1 })),
      ...(band ? [{ name: band.name, colour: BAND_COLOUR, opacity: BAND_OPACITY }] : []),
    ]),
  ].join('\n')
}

type Linear = ScaleLinear<number, number>

/** Rows and steps: whole numbers. */
const numberMarks = (x: Linear): [number, string][] =>
  x
    .ticks(8)
    .filter(Number.isInteger)
    .map((tick) => [tick, count(tick)])

const DAY = 86_400_000
/** As wide as the longest date. */
const DATE_WIDTH = 84

/** Dates as far as they tell something: 2024, 2024-01, 2024-01-31; between two days, hours. As many as have room. */
function dateMarks(ticks: readonly Date[], room: number): [number, string][] {
  const apart = ticks.length > 1 ? ticks[1].getTime() - ticks[0].getTime() : DAY
  const every = Math.ceil((ticks.length * DATE_WIDTH) / room)
  const digits = apart < 28 * DAY ? 10 : apart < 365 * DAY ? 7 : 4
  return ticks
    .filter((_, index) => index % every === 0)
    .map((tick) => {
      const text = tick.toISOString()
      const isHour = apart < DAY && tick.getTime() % DAY !== 0
      return [tick.getTime(), isHour ? text.slice(11, 16) : text.slice(0, digits)]
    })
}

/** Names in a row below, each beside its colour. */
function legend(entries: readonly { name: string; colour: string; opacity: number }[]): string {
  let at = MARGIN.left
  return entries
    .map(({ name, colour, opacity }) => {
      const place = at
      at += 32 + 7.5 * name.length
      return `<rect x="${place}" y="${HEIGHT - 22}" width="14" height="8" fill="${colour}" fill-opacity="${opacity}"/><text x="${place + 20}" y="${HEIGHT - 14}">${escaped(name)}</text>`
    })
    .join('\n')
}

/** From the least to the most; some room where they are the same. */
function extent(values: readonly number[]): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return least < most ? [least, most] : [least - 1, most + 1]
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => SIGNS[sign])
