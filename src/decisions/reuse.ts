import type { FaceReport, Subject } from '../engine/types.ts'

/**
 * Limits between one still, saved again, and two moments of a living face. On video of three people a still that was
 * re-encoded, shrunk, cropped or brightened kept a cosine above 0.994 (median 0.9995) and a shape within 0.0135 in all
 * of 60 cases; frames of the same people five apart were never closer than 0.0143 in shape (median 0.12), and photos of
 * different gestures are further apart than that. A fingerprint of the whole picture can't tell: neighbouring frames
 * before a quiet background often differ in 4 bits or fewer.
 */
const stillLimits = { cosine: 0.993, shape: 0.0137 } as const

/**
 * Do both pictures show one and the same still?
 * @throws RangeError when a face was measured without its template
 */
export function isSameStill(first: FaceReport, second: FaceReport): boolean {
  if (first.picture.sha256 === second.picture.sha256) return true
  const [one, other] = [first.subject, second.subject]
  if (!one || !other) return false
  return (
    cosine(templateOf(one), templateOf(other)) >= stillLimits.cosine &&
    shapeDistance(one.mesh, other.mesh) <= stillLimits.shape
  )
}

/** @throws RangeError when the face was measured without its template */
export function templateOf({ template }: Subject): Float32Array {
  if (!template) throw new RangeError('The report holds no template.')
  return template
}

function cosine(first: Float32Array, second: Float32Array): number {
  return first.reduce((sum, value, index) => sum + value * second[index]!, 0)
}

/**
 * What is left between two meshes after the best shift, turn and scale in the plane: root mean square distance of the
 * points, as a share of the first face's size. 0 for copies, 0.02 and more between two expressions.
 */
export function shapeDistance(first: Float32Array, second: Float32Array): number {
  const [from, to] = [centred(second), centred(first)]
  // With points as complex numbers the best turn and scale is one factor: sum(to * conj(from)) / sum(|from|^2).
  const sums = { along: 0, across: 0, size: 0 }
  each(from, to, (x, y, u, v) => {
    sums.along += x * u + y * v
    sums.across += x * v - y * u
    sums.size += x * x + y * y
  })
  const cos = sums.along / sums.size
  const sin = sums.across / sums.size
  let [rest, whole] = [0, 0]
  each(from, to, (x, y, u, v) => {
    rest += (u - cos * x + sin * y) ** 2 + (v - sin * x - cos * y) ** 2
    whole += u * u + v * v
  })
  return sums.size > 0 && whole > 0 ? Math.sqrt(rest / whole) : Number.POSITIVE_INFINITY
}

function each(
  from: Float64Array,
  to: Float64Array,
  visit: (x: number, y: number, u: number, v: number) => void,
): void {
  for (let at = 0; at < from.length; at += 2) visit(from[at]!, from[at + 1]!, to[at]!, to[at + 1]!)
}

/** x and y of every point, less their mean. */
function centred(mesh: Float32Array): Float64Array {
  const count = mesh.length / 3
  let [x, y] = [0, 0]
  for (let at = 0; at < mesh.length; at += 3) {
    x += mesh[at]! / count
    y += mesh[at + 1]! / count
  }
  return Float64Array.from({ length: 2 * count }, (_, at) =>
    at % 2 === 0 ? mesh[(3 * at) / 2]! - x : mesh[(3 * (at - 1)) / 2 + 1]! - y,
  )
}
