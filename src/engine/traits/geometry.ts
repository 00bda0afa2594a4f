import { normaliseMesh } from './crops.ts'

/** Names of the numbers `measureGeometry` returns, in order. A mirrored face swaps each `right` with its `left`. */
export const geometryNames = [
  'lipGap',
  'lipGapRight',
  'lipGapLeft',
  'mouthWidth',
  'mouthHeight',
  'cornerLiftRight',
  'cornerLiftLeft',
  'eyeGapRight',
  'eyeGapLeft',
  'noseToLip',
  'chinDrop',
  'cheekRaise',
  'turn',
  'nod',
] as const

/** Each number is brought to about zero mean and unit spread with the training faces' own mean and spread. */
const centre = [0.12, 0.09, 0.09, 0.42, 0.37, 0.02, 0.02, 0.29, 0.29, 0.17, 0.42, 0.25, 0, 0] as const
const spread = [0.15, 0.1, 0.1, 0.06, 0.15, 0.05, 0.05, 0.08, 0.08, 0.04, 0.06, 0.03, 0.4, 0.3] as const

/**
 * What the mesh says about mouth, lids and turn of the head: 14 numbers, about -3..3, free of the face's place,
 * size and lean in the picture.
 *
 * @param mesh 468 points x (x, y, z)
 */
export function measureGeometry(mesh: Float32Array): Float32Array {
  const m = normaliseMesh(mesh)
  const x = (index: number) => m[3 * index]!
  const y = (index: number) => m[3 * index + 1]!
  const z = (index: number) => m[3 * index + 2]!
  const distance = (a: number, b: number) => Math.hypot(x(a) - x(b), y(a) - y(b))
  const width = Math.max(distance(61, 291), 0.05)
  const lips = (y(13) + y(14)) / 2
  const values = [
    distance(13, 14) / width,
    distance(82, 87) / width,
    distance(312, 317) / width,
    width,
    distance(0, 17) / width,
    lips - y(61),
    lips - y(291),
    distance(159, 145) / Math.max(distance(33, 133), 0.05),
    distance(386, 374) / Math.max(distance(263, 362), 0.05),
    distance(2, 0),
    distance(17, 152),
    (y(50) + y(280) - y(145) - y(374)) / 2,
    z(234) - z(454),
    z(10) - z(152),
  ]
  return Float32Array.from(values, (value, index) =>
    Math.max(-4, Math.min(4, (value - centre[index]!) / spread[index]!)),
  )
}
