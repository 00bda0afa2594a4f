export interface Closing {
  /** Notes how to close what was just opened. @returns the resource itself */
  add<Resource>(resource: Resource, close: (resource: Resource) => unknown): Resource
  /** Closes everything in reverse order. A part that cannot be closed does not keep the others open. @throws the first error */
  close(): Promise<void>
}

/** Remembers what was opened, so that what builds on a part is closed before that part. */
export function createClosing(): Closing {
  const steps: (() => unknown)[] = []
  return {
    add(resource, close) {
      steps.push(() => close(resource))
      return resource
    },
    async close() {
      const errors: unknown[] = []
      for (let step = steps.pop(); step; step = steps.pop()) {
        try {
          await step()
        } catch (error) {
          errors.push(error)
        }
      }
      if (errors.length > 0) throw errors[0]
    },
  }
}
