/**
 * Makes one still picture act: the simulated attack. From the picture and its mesh come all six gestures by bending,
 * mirroring and painting; no generative model is needed. Each recipe makes several variants, cheapest first.
 */
import sharp from 'sharp'
import type { Gesture } from '../../src/decisions/gesture.ts'
import type { Place } from '../../src/engine/scene/spline.ts'
import type { Pose } from '../../src/engine/types.ts'
import { bend, type Picture } from './bend.ts'
import { type Colour, colourAt, meanOf, painted, shrunk, swollen } from './paint.ts'

interface Still {
  picture: Picture
  /** 468 points x (x, y, z) in pixels. */
  mesh: Float32Array
  pose: Pose
}

interface Acted {
  gesture: Gesture
  recipe: string
  /** JPEG. */
  bytes: Buffer
}

type Point = [x: number, y: number, z: number]

const oval = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
  150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
]
/** Points that hold every bent face together. */
const frame = [
  ...Array.from({ length: 117 }, (_, index) => 4 * index),
  ...oval,
  ...[1, 4, 6, 168, 33, 133, 362, 263, 61, 291, 13, 14, 0, 17, 152, 10],
]
/** Lids, and the brow above, of either eye. */
const eyes = [
  {
    upper: [246, 161, 160, 159, 158, 157, 173],
    lower: [7, 163, 144, 145, 153, 154, 155],
    brow: [223, 222, 221],
  },
  {
    upper: [398, 384, 385, 386, 387, 388, 466],
    lower: [382, 381, 380, 374, 373, 390, 249],
    brow: [443, 442, 441],
  },
]
const upperLip = [191, 80, 81, 82, 13, 312, 311, 310, 415]
const lowerLip = [95, 88, 178, 87, 14, 317, 402, 318, 324]
const outerLips = [61, 291, 146, 91, 181, 84, 17, 314, 405, 321, 375, 185, 40, 39, 37, 0, 267, 269, 270, 409]

export async function readStill(bytes: Buffer, mesh: Float32Array, pose: Pose): Promise<Still> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { picture: { data, width: info.width, height: info.height }, mesh, pose }
}

/** Every variant of every gesture that the recipes make of a still. @param few only the first of each gesture */
export async function actAll(still: Still, few = false): Promise<Acted[]> {
  const acted: Acted[] = []
  const both = [still, mirrored(still)]
  const makers: [Gesture, () => (readonly [string, () => Picture | Promise<Picture>])[]][] = [
    ['TURN_LEFT', () => turns(both, 1)],
    ['TURN_RIGHT', () => turns(both, -1)],
    ['LOOK_UP', () => raises(still)],
    ['SMILE', () => smiles(still)],
    ['BLINK', () => blinks(still)],
    ['OPEN_MOUTH', () => mouths(still)],
  ]
  for (const [gesture, variants] of makers) {
    for (const [recipe, make] of few ? variants().slice(0, 1) : variants())
      acted.push({ gesture, recipe, bytes: await toJpeg(await make()) })
  }
  return acted
}

function toJpeg({ data, width, height }: Picture, quality = 93): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer()
}

function mirrored({ picture, mesh, pose }: Still): Still {
  const { width, height } = picture
  const data = new Uint8Array(picture.data.length)
  for (let at = 0; at < data.length; at += 3) {
    const column = (at / 3) % width
    const from = at + 3 * (width - 1 - 2 * column)
    data.set(picture.data.subarray(from, from + 3), at)
  }
  const points = mesh.map((value, index) => (index % 3 === 0 ? width - 1 - value : value))
  return { picture: { data, width, height }, mesh: points, pose: { ...pose, yaw: -pose.yaw } }
}

function pointsOf({ mesh }: Still): Point[] {
  return Array.from({ length: 468 }, (_, i) => [mesh[3 * i]!, mesh[3 * i + 1]!, mesh[3 * i + 2]!])
}

const flat = (points: readonly Point[], indices: readonly number[]): Place[] =>
  indices.map((index) => [points[index]![0], points[index]![1]])

function bent(still: Still, moved: readonly Point[], also: readonly number[] = []): Picture {
  const indices = [...new Set([...frame, ...also])]
  return bend(still.picture, flat(pointsOf(still), indices), flat(moved, indices))
}

/** Distance between the middles of the eyes. */
function unitOf(points: readonly Point[]): number {
  const middle = (a: number, b: number, axis: 0 | 1) => (points[a]![axis] + points[b]![axis]) / 2
  return Math.hypot(middle(362, 263, 0) - middle(33, 133, 0), middle(362, 263, 1) - middle(33, 133, 1))
}

/** The head turned by degrees about its middle. */
function rotated(points: readonly Point[], yaw: number, pitch: number): Point[] {
  const mean = [0, 1, 2].map((axis) => points.reduce((sum, point) => sum + point[axis]!, 0) / points.length)
  const [a, b] = [(yaw * Math.PI) / 180, (pitch * Math.PI) / 180]
  return points.map((point) => {
    const [x, y, z] = point.map((value, axis) => value - mean[axis]!) as Point
    const deep = x * Math.sin(a) + z * Math.cos(a)
    return [
      mean[0]! + x * Math.cos(a) - z * Math.sin(a),
      mean[1]! + y * Math.cos(b) + deep * Math.sin(b),
      point[2],
    ]
  })
}

type Variant = readonly [string, () => Picture | Promise<Picture>]

function turns(stills: readonly Still[], side: 1 | -1): Variant[] {
  const variants: Variant[] = []
  for (const target of [20, 17, 24]) {
    for (const gain of [1.3, 1]) {
      for (const [flip, still] of stills.entries()) {
        const needed = side * target - still.pose.yaw
        if (side * needed < 3 || Math.abs(needed) > 34) continue
        const turn = () => bent(still, rotated(pointsOf(still), needed * gain, 0))
        variants.push([`turn ${target} x ${gain}${flip ? ' mirrored' : ''}`, turn])
      }
    }
  }
  const facing = stills.find(({ pose }) => side * pose.yaw >= 15)
  if (facing) variants.push(['as it is', () => facing.picture])
  return variants
}

function raises(still: Still): Variant[] {
  const variants: Variant[] = []
  for (const target of [15, 12, 19]) {
    for (const gain of [1.3, 1]) {
      const needed = target - still.pose.pitch
      if (needed <= 2 || needed >= 36) continue
      variants.push([
        `raise ${target} x ${gain}`,
        () => bent(still, rotated(pointsOf(still), 0, needed * gain)),
      ])
    }
  }
  return variants
}

function smiles(still: Still): Variant[] {
  const points = pointsOf(still)
  const unit = unitOf(points)
  const variants: Variant[] = []
  for (const pull of [0.28, 0.22, 0.36]) {
    for (const gap of [0.1, 0.18, 0]) {
      const moved = points.map((point): Point => {
        let [x, y] = [point[0], point[1]]
        const pulls = [
          [61, -1, 1.1, 0.9, 0.26],
          [291, 1, 1.1, 0.9, 0.26],
          [50, -1, 0.05 / pull, 0.35, 0.25],
          [280, 1, 0.05 / pull, 0.35, 0.25],
        ] as const
        for (const [centre, sign, across, up, width] of pulls) {
          const [cx, cy] = points[centre]!
          const near = Math.exp(-((point[0] - cx) ** 2 + (point[1] - cy) ** 2) / (2 * (width * unit) ** 2))
          x += near * sign * pull * across * unit
          y -= near * pull * up * unit
        }
        return [x, y, point[2]]
      })
      const lift = (indices: readonly number[], by: number) => {
        for (const index of indices) moved[index]![1] += by * unit
      }
      for (const { lower } of eyes) lift(lower, -0.04)
      if (gap) {
        lift([...lowerLip, 146, 91, 181, 84, 17, 314, 405, 321, 375], gap)
        lift([...upperLip, 0, 37, 267, 39, 269], -0.3 * gap)
      }
      const also = [...upperLip, ...lowerLip, ...outerLips, ...eyes.flatMap(({ lower }) => lower), 50, 280]
      const make = async () => {
        const picture = bent(still, moved, also)
        if (!gap) return picture
        const mouth = mouthOf(moved)
        const dark = await painted(picture, mouth, [110, 60, 60], 1)
        return painted(dark, shrunk(mouth, 0.93), [215, 205, 190], 0.9)
      }
      variants.push([`smile ${pull}, teeth ${gap}`, make])
    }
  }
  return variants
}

function mouths(still: Still): Variant[] {
  const points = pointsOf(still)
  const unit = unitOf(points)
  const [lipX, lipY] = points[14]!
  return [0.45, 0.3, 0.6].flatMap((drop): Variant[] => {
    const moved = points.map(([x, y, z], index): Point => {
      if (upperLip.includes(index)) return [x, y, z]
      const below = 1 / (1 + Math.exp(-(y - lipY + 0.02 * unit) / (0.03 * unit)))
      const near = Math.exp(-((x - lipX) ** 2) / (2 * (0.45 * unit) ** 2))
      return [x, y + drop * unit * below * near, z]
    })
    const dark = () =>
      painted(bent(still, moved, [...upperLip, ...lowerLip, ...outerLips]), mouthOf(moved), [60, 22, 28], 1.2)
    const teeth = async () => {
      const upper = flat(moved, [78, ...upperLip, 308])
      const edge = upper.toReversed().map(([x, y]): Place => [x, y + 0.09 * unit])
      return painted(await dark(), [...upper, ...edge], [200, 190, 175], 0.8)
    }
    return [
      [`mouth ${drop}`, dark],
      [`mouth ${drop}, teeth`, teeth],
    ]
  })
}

function blinks(still: Still): Variant[] {
  const points = pointsOf(still)
  const lids = async () => {
    let { picture } = still
    for (const { upper, lower, brow } of eyes) {
      const top = meanOf(flat(points, upper))
      const above = meanOf(flat(points, brow))
      const skin = colourAt(still.picture, [
        top[0] + 0.25 * (above[0] - top[0]),
        top[1] + 0.25 * (above[1] - top[1]),
      ])
      const shut = [...flat(points, upper), ...flat(points, lower).toReversed()]
      picture = await painted(picture, swollen(shut, 1), skin.map((value) => value * 0.93) as Colour, 1)
      const lash = flat(points, lower)
      const line = [...lash, ...lash.toReversed().map(([x, y]): Place => [x, y + 1])]
      picture = await painted(picture, line, skin.map((value) => value * 0.4) as Colour, 0.4)
    }
    return picture
  }
  const closed = (amount: number) => () => {
    const moved = points.map((point): Point => [...point])
    for (const { upper, lower } of eyes) {
      for (const [place, index] of upper.entries()) {
        const under = points[lower[place]!]!
        moved[index]![0] += amount * (under[0] - points[index]![0])
        moved[index]![1] += amount * (under[1] - points[index]![1])
      }
    }
    return bent(
      still,
      moved,
      eyes.flatMap(({ upper, lower }) => [...upper, ...lower]),
    )
  }
  return [
    ['painted lids', lids],
    ...[0.95, 0.8, 1.05].map((amount): Variant => [`lids drawn ${amount}`, closed(amount)]),
  ]
}

function mouthOf(points: readonly Point[]): Place[] {
  return [...flat(points, [78, ...upperLip, 308]), ...flat(points, lowerLip.toReversed())]
}
