/** Milliseconds for which something must be seen before its picture is taken. */
export const holdMs = { ahead: 500, gesture: 250 } as const

/**
 * Measures how long something has been seen, over looks that are 30 ms apart on one phone and 2 s on another.
 *
 * A look stands for the time since the look before it, so the hold adapts to the pace: where looks are rare a single one
 * is enough, and where they are many a noisy one among them takes back twice its own time instead of everything.
 *
 * @returns takes a look, whether it was good and when its picture was taken in milliseconds of a steady clock. Answers
 * for how long the hold has lasted, at most `neededMs`; never enough on the first look of all, which has no pace yet
 */
export function createHold(neededMs: number): (isGood: boolean, at: number) => number {
  let held = 0
  let last: number | undefined
  return (isGood, at) => {
    const elapsed = last === undefined ? 0 : Math.max(0, at - last)
    last = at
    held = isGood ? Math.min(neededMs, held + elapsed) : Math.max(0, held - 2 * elapsed)
    return held
  }
}
