import { firstPicture, formCall, type PlaygroundCalls, secondPicture } from '../common/calls.ts'

export const playground: PlaygroundCalls = {
  liveness: (id) =>
    formCall('/verification/face-liveness', { verification_id: { text: id }, image: firstPicture }),
  match: (id) =>
    formCall('/verification/face-match', {
      verification_id: { text: id },
      first_image: firstPicture,
      second_image: secondPicture,
    }),
}
