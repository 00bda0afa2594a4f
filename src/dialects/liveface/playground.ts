import { firstPicture, formCall, type PlaygroundCalls, secondPicture } from '../common/calls.ts'

export const playground: PlaygroundCalls = {
  liveness: () => formCall('/api/v1/liveness', { picture: firstPicture }),
  match: () => formCall('/api/v1/match', { picture: firstPicture, reference: secondPicture }),
}
