import { firstPicture, formCall, type PlaygroundCalls, secondPicture } from '../common/calls.ts'

export const playground: PlaygroundCalls = {
  liveness: () => formCall('/v3/passive-liveness/', { user_image: firstPicture }),
  match: () => formCall('/v3/face-match/', { user_image: firstPicture, ref_image: secondPicture }),
}
