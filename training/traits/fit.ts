/** Small fits for calibration: few numbers, convex losses, plain gradient steps. */

export interface Scored {
  logit: number
  is: boolean
}

/**
 * Platt scaling: slope and offset of `1 / (1 + exp(-(slope * logit + offset)))`. A prior of two samples' weight holds
 * the slope near 1, for some labels have only a handful of one side. Both sides weigh the same, however rare one is:
 * how often eyes are closed in press pictures says nothing of whoever was just asked to blink.
 */
export function fitLine(samples: readonly Scored[]): { slope: number; offset: number } {
  let [slope, offset] = [1, 0]
  const yes = samples.filter(({ is }) => is).length
  const share = { true: samples.length / (2 * yes), false: samples.length / (2 * (samples.length - yes)) }
  for (let step = 0; step < 200; step++) {
    // Newton's method on two numbers.
    let [gs, go, hss, hso, hoo] = [2 * (slope - 1), 0.02 * offset, 2, 0, 0.02]
    for (const { logit, is } of samples) {
      const guess = 1 / (1 + Math.exp(-(slope * logit + offset)))
      const times = is ? share.true : share.false
      const error = times * (guess - (is ? 1 : 0))
      const weight = times * Math.max(1e-6, guess * (1 - guess))
      gs += error * logit
      go += error
      hss += weight * logit * logit
      hso += weight * logit
      hoo += weight
    }
    const determinant = hss * hoo - hso * hso
    const [ds, dc] = [(gs * hoo - go * hso) / determinant, (go * hss - gs * hso) / determinant]
    const damp = Math.min(1, 1 / Math.max(Math.abs(ds), Math.abs(dc), 1e-9))
    slope -= damp * ds
    offset -= damp * dc
    if (Math.abs(ds) + Math.abs(dc) < 1e-9) break
  }
  return { slope, offset }
}

/** Mean log loss of a fitted line, both sides weighing the same. */
export function lossOf(
  samples: readonly Scored[],
  { slope, offset }: { slope: number; offset: number },
): number {
  const lossFor = (side: boolean) => {
    const some = samples.filter(({ is }) => is === side)
    const losses = some.map(({ logit }) => Math.log1p(Math.exp((side ? -1 : 1) * (slope * logit + offset))))
    return losses.reduce((sum, loss) => sum + loss, 0) / Math.max(1, some.length)
  }
  return (lossFor(true) + lossFor(false)) / 2
}

export interface ScoredClass {
  logits: readonly number[]
  is: number
}

/** One slope and an offset per class (they sum to 0) before the softmax. */
export function fitClasses(samples: readonly ScoredClass[]): { slope: number; offsets: number[] } {
  const classes = samples[0]?.logits.length ?? 0
  let slope = 1
  const offsets = new Array<number>(classes).fill(0)
  for (let step = 0; step < 4000; step++) {
    let slopeGradient = (slope - 1) * 2
    const gradient = offsets.map((offset) => offset)
    for (const { logits, is } of samples) {
      const scaled = logits.map((logit, index) => slope * logit + offsets[index]!)
      const top = Math.max(...scaled)
      const powers = scaled.map((value) => Math.exp(value - top))
      const sum = powers.reduce((total, value) => total + value, 0)
      for (let index = 0; index < classes; index++) {
        const error = powers[index]! / sum - (index === is ? 1 : 0)
        slopeGradient += error * logits[index]!
        gradient[index]! += error
      }
    }
    const rate = 0.5 / (samples.length + 1)
    slope -= rate * slopeGradient * 0.2
    for (let index = 0; index < classes; index++) offsets[index]! -= rate * gradient[index]!
  }
  const mean = offsets.reduce((sum, value) => sum + value, 0) / classes
  return { slope, offsets: offsets.map((value) => value - mean) }
}

/** The value below which a share of the numbers lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** Least absolute deviations line `y = slope * x + offset`, by repeated weighted least squares. */
export function fitMedianLine(points: readonly { x: number; y: number }[]): {
  slope: number
  offset: number
} {
  let [slope, offset] = [1, 0]
  for (let step = 0; step < 60; step++) {
    let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0]
    for (const { x, y } of points) {
      const weight = 1 / Math.max(0.5, Math.abs(y - slope * x - offset))
      w += weight
      wx += weight * x
      wy += weight * y
      wxx += weight * x * x
      wxy += weight * x * y
    }
    slope = (w * wxy - wx * wy) / (w * wxx - wx * wx)
    offset = (wy - slope * wx) / w
  }
  return { slope, offset }
}
