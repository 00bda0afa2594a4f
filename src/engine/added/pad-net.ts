/** Runs an added net for presentation attack detection. */
import '../models/silence.ts'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { cutInside, cutView } from '../liveness/views.ts'
import { fromLogOdds, logOdds } from '../log-odds.ts'
import { sessionOptions } from '../models/sessions.ts'
import type { Pixels } from '../picture/pixels.ts'
import type { Box } from '../types.ts'
import type { PadDescription } from './description.ts'
import type { AddedPadNet } from './folder.ts'

export interface PadNet {
  readonly name: string
  /**
   * Probability, 0..1, that the face in this box was taken from the living person.
   * @throws Error when the net does not answer what its description says
   */
  score(pixels: Pixels, box: Box): Promise<number>
  close(): Promise<void>
}

/** @throws Error when the file is no ONNX net, or has no such input and output */
export async function openPadNet(net: AddedPadNet): Promise<PadNet> {
  const session = await InferenceSession.create(net.path, sessionOptions)
  const { input, crop, output } = net
  const fault = portFault(session, net)
  if (fault) {
    await session.release()
    throw new Error(fault)
  }
  const cut = crop.edges === 'inside' ? cutInside : cutView
  const { factor } = crop
  const { size } = input
  const shape = input.layout === 'nchw' ? [1, 3, size, size] : [1, size, size, 3]
  return {
    name: net.name,
    async score(pixels, box) {
      const planes = new Float32Array(3 * size ** 2)
      cut(pixels, box, { factor, size }, planes)
      const tensor = new Tensor('float32', toInput(planes, input), shape)
      const results = await session.run({ [input.name]: tensor }, [output.name])
      return toProbability(results[output.name]!.data, output)
    },
    close: () => session.release(),
  }
}

function portFault(session: InferenceSession, { input, output }: PadDescription): string | null {
  const { inputNames, outputNames } = session
  if (!inputNames.includes(input.name))
    return `The net has no input ${input.name}, but ${inputNames.join(', ')}.`
  if (inputNames.length > 1) return `The net has more inputs than one: ${inputNames.join(', ')}.`
  if (!outputNames.includes(output.name))
    return `The net has no output ${output.name}, but ${outputNames.join(', ')}.`
  return null
}

/** Planes of R, G, B, 0..255, as the net was trained on. */
export function toInput(planes: Float32Array, { layout, colours, ...input }: PadDescription['input']) {
  const count = planes.length / 3
  const [from, to] = input.range
  const out = new Float32Array(planes.length)
  for (let colour = 0; colour < 3; colour++) {
    const place = colours === 'rgb' ? colour : 2 - colour
    const [mean, deviation] = [input.mean[colour]!, input.deviation[colour]!]
    for (let at = 0; at < count; at++) {
      const value = from + (planes[colour * count + at]! / 255) * (to - from)
      out[layout === 'nchw' ? place * count + at : at * 3 + place] = (value - mean) / deviation
    }
  }
  return out
}

/** @throws Error when there are not as many numbers as the description says, or one is none */
export function toProbability(data: unknown, output: PadDescription['output']): number {
  const { meaning, classes = 1, live = 0, scale, bias } = output
  if (!(data instanceof Float32Array) || data.length !== classes) {
    const found = data instanceof Float32Array ? `${data.length} numbers` : 'no numbers of 32 bits'
    throw new Error(`Expected ${classes} numbers in the output ${output.name} but received ${found}.`)
  }
  if (!data.every(Number.isFinite)) throw new Error(`The output ${output.name} is not a finite number.`)
  const odds = {
    logit: () => data[0]!,
    probability: () => logOdds(data[0]!),
    logits: () => margin(data, live),
    probabilities: () => logOdds(data[live]!),
  }
  if (meaning.startsWith('probabilit') && !data.every((value) => value >= 0 && value <= 1))
    throw new Error(`The output ${output.name} is no probability, 0 to 1.`)
  return fromLogOdds(scale * odds[meaning]() + bias)
}

/** Log-odds of one class against all others. */
function margin(logits: Float32Array, live: number): number {
  const others = [...logits].filter((_, index) => index !== live)
  const highest = Math.max(...others)
  const sum = others.reduce((total, logit) => total + Math.exp(logit - highest), 0)
  return logits[live]! - highest - Math.log(sum)
}
