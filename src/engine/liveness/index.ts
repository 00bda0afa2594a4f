/** Passive presentation attack detection (PAD): is this picture of a face taken from the person, or from a picture? */
import type { PadNet } from '../added/pad-net.ts'
import type { ModelSessions } from '../models/index.ts'
import type { Pixels } from '../picture/pixels.ts'
import type { Box, Liveness, LivenessCue } from '../types.ts'
import { fuse, type Measurements, marginOf, minCoverage } from './fusion.ts'
import { refusal } from './gate.ts'
import { drawnCue } from './photograph.ts'
import type { LivenessSubject } from './subject.ts'
import {
  coverage,
  cutInside,
  cutView,
  enlarge,
  generalView,
  nearView,
  skinView,
  surroundingsFactor,
  textureView,
  trunkSize,
} from './views.ts'

/** Nets that must be open in the sessions given to `createLiveness`. */
export const livenessNetNames = [
  'pad-face',
  'pad-skin',
  'pad-surroundings',
  'pad-general',
  'pad-trunk',
  'pad-texture',
  'pad-drawn',
] as const

export interface LivenessJudge {
  /**
   * Judges one face. A picture that no one could judge is named, never scored.
   * @param pixels the upright picture
   */
  judge(pixels: Pixels, subject: LivenessSubject): Promise<Liveness>
}

/**
 * @param sessions must have the nets of `livenessNetNames` open
 * @param added judges in place of our own nets, but for what is not judged at all and what no camera took
 */
export function createLiveness(
  sessions: Pick<ModelSessions, 'run'>,
  added: Pick<PadNet, 'name' | 'score'> | null = null,
): LivenessJudge {
  return {
    async judge(pixels, subject) {
      const reason = refusal(subject)
      if (reason) return { judged: false, reason, cues: [] }
      const { box } = subject
      const { score, cues, drawn, ...net } = added
        ? await judgeByAdded(added, sessions, pixels, box)
        : await judgeByOwn(sessions, pixels, box)
      if (drawn)
        return { judged: true, score: Math.min(score, drawn.score ?? 0), cues: [...cues, drawn], ...net }
      return { judged: true, score, cues, ...net }
    },
  }
}

async function judgeByOwn(sessions: Pick<ModelSessions, 'run'>, pixels: Pixels, box: Box) {
  const { measured, drawn } = await measure(sessions, pixels, box)
  return { ...fuse(measured), drawn }
}

async function judgeByAdded(
  { name, score: judge }: Pick<PadNet, 'name' | 'score'>,
  sessions: Pick<ModelSessions, 'run'>,
  pixels: Pixels,
  box: Box,
) {
  const drawn = await withSkin(pixels, box, async (skin) => findDrawn(sessions, skin))
  const score = await judge(pixels, box)
  const note = 'A net that was added to this installation judged the face.'
  return { score, cues: [{ name: 'added_net', score, note }], drawn, net: name }
}

/** Everything that the fusion looks at, before it is made one probability, and why no camera took the face, if so. */
async function measure(
  sessions: Pick<ModelSessions, 'run'>,
  pixels: Pixels,
  box: Box,
): Promise<{ measured: Measurements; drawn: LivenessCue | null }> {
  const surrounded = coverage(pixels, box, surroundingsFactor) >= minCoverage
  const { drawn, skin_logit } = await withSkin(pixels, box, async (skin) => {
    const drawn = await findDrawn(sessions, skin)
    return { ...(await sessions.run(surrounded ? 'pad-face' : 'pad-skin', skin)), drawn }
  })
  const skin = skin_logit[0]!
  if (!surrounded) {
    const texture = new Float32Array(3 * textureView.size ** 2)
    cutView(pixels, box, textureView, texture)
    const { features } = await sessions.run('pad-trunk', enlarge(texture, textureView.size, trunkSize))
    const { texture_logit } = await sessions.run('pad-texture', features)
    return { drawn, measured: { surrounded, skin, texture: texture_logit[0]! } }
  }
  const { near_logit } = await pixels.workspace.buffers.borrow(3 * nearView.size ** 2, (near) => {
    cutInside(pixels, box, nearView, near)
    return sessions.run('pad-surroundings', near)
  })
  const { classes } = await pixels.workspace.buffers.borrow(3 * generalView.size ** 2, (general) => {
    cutInside(pixels, box, generalView, general)
    return sessions.run('pad-general', general)
  })
  return { drawn, measured: { surrounded, skin, near: near_logit[0]!, general: marginOf(classes) } }
}

/** @param use is given planes of R, G and B, 0..255, of the skin, which it may not keep */
function withSkin<T>(pixels: Pixels, box: Box, use: (skin: Float32Array) => Promise<T>): Promise<T> {
  return pixels.workspace.buffers.borrow(3 * skinView.size ** 2, (skin) => {
    cutView(pixels, box, skinView, skin)
    return use(skin)
  })
}

async function findDrawn(
  sessions: Pick<ModelSessions, 'run'>,
  skin: Float32Array,
): Promise<LivenessCue | null> {
  const { photograph_logit } = await sessions.run('pad-drawn', skin)
  return drawnCue(skin, skinView.size, photograph_logit[0]!)
}
