/** What a net that somebody adds to an installation says of itself: the JSON file beside its ONNX file. */
import { z } from 'zod'

const perChannel = z.array(z.number()).length(3)

const input = z.strictObject({
  name: z.string().min(1).describe('Name of the input in the ONNX file.'),
  size: z.int().min(16).max(512).describe('Side of the square picture in pixels.'),
  layout: z
    .enum(['nchw', 'nhwc'])
    .default('nchw')
    .describe('Whether planes follow each other, or the colours of each pixel.'),
  colours: z.enum(['rgb', 'bgr']).default('rgb'),
  range: z
    .tuple([z.number(), z.number()])
    .refine(([from, to]) => from < to, 'must rise')
    .default([0, 255])
    .describe('What black and white become, before mean and deviation.'),
  mean: perChannel.default([0, 0, 0]).describe('Is subtracted: of red, green and blue, in the range.'),
  deviation: perChannel
    .refine((values) => values.every((value) => value > 0), 'must be above 0')
    .default([1, 1, 1])
    .describe('Divides what is left: of red, green and blue.'),
})

const crop = z.strictObject({
  factor: z.number().min(0.5).max(6).describe('How much larger than the face box the net sees.'),
  edges: z
    .enum(['inside', 'black'])
    .default('inside')
    .describe(
      '`inside`: the box, enlarged, then moved and shrunk until it lies in the picture, and stretched to the square. `black`: the square about it, black beyond the edge of the picture.',
    ),
})

const output = z
  .strictObject({
    name: z.string().min(1).describe('Name of the output in the ONNX file.'),
    meaning: z
      .enum(['logit', 'probability', 'logits', 'probabilities'])
      .describe('One number that rises for a living person, or one for each class.'),
    classes: z.int().min(2).max(100).optional().describe('How many classes there are.'),
    live: z.int().min(0).optional().describe('Which of the classes is a living person, from 0.'),
    scale: z
      .number()
      .positive()
      .default(1)
      .describe('Calibration: the log-odds of a living person are multiplied by this,'),
    bias: z.number().default(0).describe('and this is added to them.'),
  })
  .refine(
    ({ meaning, classes, live }) =>
      meaning === 'logit' || meaning === 'probability'
        ? classes === undefined && live === undefined
        : classes !== undefined && live !== undefined && live < classes,
    'needs `classes` and `live`, a class, where there is a number for each class, and neither elsewhere',
  )

export const padDescription = z.strictObject({
  kind: z.literal('pad').describe('Presentation attack detection.'),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be up to 40 small letters, digits and hyphens')
    .refine((name) => name !== 'packaged', 'is what the packaged nets are called'),
  licence: z.string().min(1).max(2000).describe('Under which terms the net may be used, in your words.'),
  measures: z.string().max(500).default('').describe('What it was trained on, and for.'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex'),
  input,
  crop,
  output,
})

/** A described net for presentation attack detection. */
export type PadDescription = z.infer<typeof padDescription>

/** @throws Error that names every field which is wrong */
export function readDescription(text: string): PadDescription {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    throw new Error('The description is not JSON.')
  }
  const kind = (given as { kind?: unknown } | null)?.kind
  if (kind === 'template' || kind === 'detector') {
    throw new Error(`Nets of the kind \`${kind}\` cannot be added: only \`pad\` can.`)
  }
  const parsed = padDescription.safeParse(given)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || 'file'}: ${message}`)
  throw new Error(`The description does not fit:\n${faults.join('\n')}`)
}
