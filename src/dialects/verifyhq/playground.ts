import { jsonCall, type PlaygroundCalls } from '../common/calls.ts'

/** This vendor judges a session, not a picture: this is how one begins. */
export const playground: PlaygroundCalls = {
  liveness: (id) => jsonCall('/v1/verifications/liveness/session', { userId: id }),
}
