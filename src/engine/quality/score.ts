import type { Features } from './features.ts'
import { pointSpread, softness } from './judge.ts'
import { calibration } from './limits.ts'

/** What each flaw takes from the score; 1 divides it by e. Zero or more, and rising with the flaw. */
export type Penalties = Record<Exclude<keyof typeof calibration.penalties, 'occlusion'>, number>

export function measurePenalties(features: Features): Penalties {
  const { penalties } = calibration
  const { interocular, fileInterocular, jpegQuality, light, pose, visible } = features
  const power = (name: keyof typeof penalties, amount: number) =>
    Math.max(0, amount / penalties[name].scale) ** penalties[name].power
  return {
    soft: power('soft', softness(features) - penalties.soft.from),
    blur: power('blur', pointSpread(features)),
    size: (penalties.size.scale / interocular) ** penalties.size.power,
    jpeg: jpegQuality === null ? 0 : jpegPenalty(jpegQuality, fileInterocular),
    noise: power('noise', features.detail.noise),
    white: power('white', light.white),
    dark:
      (penalties.dark.scale / Math.max(0.02, 0.5 * light.skin + 0.5 * light.high)) ** penalties.dark.power,
    side: power('side', 1 - light.evenness),
    yaw: power('yaw', Math.abs(pose.yaw)),
    pitch: power('pitch', Math.abs(pose.pitch)),
    hidden: power('hidden', 1 - visible),
  }
}

/**
 * The coarser the quantisation and the fewer blocks a face is made of, the less is left of it. The straight part
 * is too small to matter in matching; it keeps the score falling where the damage is still hard to measure.
 */
function jpegPenalty(quality: number, fileInterocular: number): number {
  const { scale, power, interocular } = calibration.penalties.jpeg
  const blocks = Math.min(2, interocular / fileInterocular)
  return (scale / quality) ** power * blocks + 0.2 * (1 - quality / 100)
}

/** Penalty of a face that is covered, 0..1. */
export function coverPenalty(occlusion: number): number {
  const { scale, power } = calibration.penalties.occlusion
  return (Math.min(1, Math.max(0, occlusion)) / scale) ** power
}

/**
 * 0..100. The product of what each flaw leaves, so that any one serious flaw brings the score down and none can be
 * made good by another virtue. Every factor falls with its flaw, hence so does the score.
 */
export function scoreOf(penalties: Penalties): number {
  return 100 * Math.exp(-Object.values(penalties).reduce((sum, penalty) => sum + penalty, 0))
}
