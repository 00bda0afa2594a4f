/** Intervals of error rates by drawing people again: pictures of one person err together, so that people are what counts. */

/** Numbers of 0..1, the same in every run: intervals in a report must not change by themselves. */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** 95 % interval, 0..1. */
export interface Interval {
  low: number
  high: number
}

const draws = 1000

/**
 * The 95 % interval of a figure, people drawn again with replacement.
 * @param people how many there are
 * @param figure of a sample: how often each person was drawn; NaN where the sample has none
 * @returns null with fewer than two people, or where no sample had the figure
 */
export function intervalOverPeople(people: number, figure: (times: Uint16Array) => number): Interval | null {
  if (people < 2) return null
  const draw = dice(1)
  const figures: number[] = []
  for (let sample = 0; sample < draws; sample++) {
    const times = new Uint16Array(people)
    for (let count = 0; count < people; count++) times[Math.floor(draw() * people)]!++
    const value = figure(times)
    if (!Number.isNaN(value)) figures.push(value)
  }
  if (figures.length === 0) return null
  figures.sort((a, b) => a - b)
  const at = (share: number) => figures[Math.round(share * (figures.length - 1))]!
  return { low: at(0.025), high: at(0.975) }
}
