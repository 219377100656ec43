/** Pictures made into what a model of MNIST's digits reads: 28 rows of 28 pixels, light ink (1) on dark ground (0). */

import { isRecord } from '../checks.ts'

/** Grey values 0..1, row by row. */
export interface Picture {
  width: number
  height: number
  /** [height * width] */
  pixels: Float32Array
}

/** What was done to a model's input, kept as JSON in its file: whoever feeds the model has to do the same. */
export const picturePreparation = {
  kind: 'picture',
  height: 28,
  width: 28,
  channels: 'grey',
  ink: 'light on dark',
  range: [0, 1],
  timeSteps: 'rows',
} as const

export function isPicturePreparation(value: unknown): boolean {
  if (!isRecord(value)) return false
  const given = new Map<string, unknown>(Object.entries(value))
  const expected = Object.entries(picturePreparation)
  return (
    given.size === expected.length &&
    expected.every(([name, part]) => String(given.get(name)) === String(part))
  )
}

/** The preparation in plain words. */
export const preparationInWords = [
  'Grey pictures of 28 × 28 pixels, light ink on a dark ground, each pixel a number from 0 (dark) to 1 (light).',
  'The model reads a picture row by row from the top: 28 time steps of 28 numbers.',
] as const

export interface PreparedPicture {
  /** [28 * 28] */
  pixels: Float32Array
  /** What was done to it, in words; empty where nothing was. */
  notes: string[]
}

const SIDE = 28
/** MNIST's makers fitted each digit into a box of 20 × 20 and put its centre of mass into the middle of 28 × 28. */
const BOX = 20

export interface PictureOptions {
  /** Whether to exchange light and dark; left out, a light ground is taken for paper and exchanged. */
  invert?: boolean
}

/** Prepares a picture of any size as MNIST's were. One of 28 × 28 is taken as it is, light and dark apart. */
export function preparePicture(
  picture: Picture,
  { invert = hasLightGround(picture) }: PictureOptions = {},
): PreparedPicture {
  const notes: string[] = []
  let prepared = picture
  if (invert) {
    prepared = { ...picture, pixels: picture.pixels.map((value) => 1 - value) }
    notes.push('dark on light: inverted')
  }
  if (picture.width === SIDE && picture.height === SIDE) return { pixels: prepared.pixels, notes }

  const size = `${picture.width} × ${picture.height}`
  const ink = spreadOf(prepared)
  if (ink === undefined) {
    notes.push(`resized from ${size}; nothing is drawn on it`)
    return { pixels: new Float32Array(SIDE * SIDE), notes }
  }
  notes.push(`resized from ${size}: the drawing fitted into ${BOX} × ${BOX} and centred in ${SIDE} × ${SIDE}`)
  return { pixels: centre(fitIntoBox(crop(ink))), notes }
}

/** Whether most of the rim is light, as on paper. */
function hasLightGround(picture: Picture): boolean {
  return groundOf(picture) > 0.5
}

/** The median of the rim. */
function groundOf({ width, height, pixels }: Picture): number {
  const isRim = (index: number) => {
    const [x, y] = [index % width, Math.floor(index / width)]
    return x === 0 || y === 0 || x === width - 1 || y === height - 1
  }
  const rim = pixels.filter((_, index) => isRim(index)).sort()
  return rim[rim.length >> 1]
}

/** The ground becomes 0 and the lightest ink 1; undefined where all is ground. */
function spreadOf(picture: Picture): Picture | undefined {
  const ground = groundOf(picture)
  const lightest = picture.pixels.reduce((most, value) => Math.max(most, value), 0)
  if (lightest - ground < 0.05) return undefined
  const spread = (value: number) => Math.max(0, (value - ground) / (lightest - ground))
  return { ...picture, pixels: picture.pixels.map(spread) }
}

/** The smallest part that holds all that is plainly ink. */
function crop({ width, height, pixels }: Picture): Picture {
  let [left, right, top, bottom] = [width, -1, height, -1]
  pixels.forEach((value, index) => {
    if (value < 0.2) return
    const [x, y] = [index % width, Math.floor(index / width)]
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  })
  const [w, h] = [right - left + 1, bottom - top + 1]
  const at = (index: number) => pixels[(top + Math.floor(index / w)) * width + left + (index % w)]
  return { width: w, height: h, pixels: Float32Array.from({ length: w * h }, (_, index) => at(index)) }
}

/** Scaled, its proportions kept, so that the longer side is the box's. */
function fitIntoBox(picture: Picture): Picture {
  const scale = BOX / Math.max(picture.width, picture.height)
  const scaled = (length: number) => Math.max(1, Math.round(length * scale))
  return resize(picture, scaled(picture.width), scaled(picture.height))
}

/** Put into 28 × 28 so that its centre of mass comes to (14, 14), as MNIST's do, as far as it stays inside whole. */
function centre({ width, height, pixels }: Picture): Float32Array {
  let [mass, sumX, sumY] = [0, 0, 0]
  pixels.forEach((value, index) => {
    mass += value
    sumX += value * (index % width)
    sumY += value * Math.floor(index / width)
  })
  const place = (sum: number, length: number) =>
    Math.max(0, Math.min(SIDE - length, Math.round(SIDE / 2 - sum / mass)))
  const [left, top] = [place(sumX, width), place(sumY, height)]
  const placed = new Float32Array(SIDE * SIDE)
  pixels.forEach((value, index) => {
    placed[(top + Math.floor(index / width)) * SIDE + left + (index % width)] = value
  })
  return placed
}

/** Each new pixel is a mean of the old ones around its place, the nearer the heavier (a triangle filter). */
function resize({ width, height, pixels }: Picture, toWidth: number, toHeight: number): Picture {
  const narrow = new Float32Array(height * toWidth)
  for (const [x, { first, weights }] of filter(width, toWidth).entries()) {
    for (let y = 0; y < height; y++) {
      weights.forEach((weight, i) => {
        narrow[y * toWidth + x] += weight * pixels[y * width + first + i]
      })
    }
  }
  const small = new Float32Array(toHeight * toWidth)
  for (const [y, { first, weights }] of filter(height, toHeight).entries()) {
    for (let x = 0; x < toWidth; x++) {
      weights.forEach((weight, i) => {
        small[y * toWidth + x] += weight * narrow[(first + i) * toWidth + x]
      })
    }
  }
  return { width: toWidth, height: toHeight, pixels: small }
}

/** For each new place, the old ones that count for it, from `first` on; their weights sum to 1. */
function filter(from: number, to: number): { first: number; weights: number[] }[] {
  const scale = from / to
  const reach = Math.max(1, scale)
  return Array.from({ length: to }, (_, index) => {
    const middle = (index + 0.5) * scale - 0.5
    const first = Math.max(0, Math.ceil(middle - reach))
    const last = Math.min(from - 1, Math.floor(middle + reach))
    const weights = Array.from(
      { length: last - first + 1 },
      (_, i) => 1 - Math.abs(first + i - middle) / reach,
    )
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return { first, weights: weights.map((weight) => weight / sum) }
  })
}
