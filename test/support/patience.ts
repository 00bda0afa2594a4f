/**
 * How long tests wait for what must happen, in milliseconds: ten times what a quiet machine has ever needed, because a
 * suite that fails on a busy one proves nothing. No test asserts that something was quick; the benches measure that.
 */
export const patience = {
  /** One test, everything in it. */
  test: 600_000,
  /** What comes before and after the tests of a file: servers, browsers, films. */
  hook: 1_200_000,
  /** One condition that is asked for again and again. */
  poll: 200_000,
} as const

/** Waits for something to become true. @throws when patience ends, with `what` in the message */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string | (() => string) = 'What was waited for',
): Promise<void> {
  const end = Date.now() + patience.poll
  while (!(await condition())) {
    if (Date.now() > end) {
      throw new Error(
        `${typeof what === 'string' ? what : what()} did not happen within ${patience.poll} ms.`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
