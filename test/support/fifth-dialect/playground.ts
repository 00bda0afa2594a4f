import {
  firstPicture,
  formCall,
  type PlaygroundCalls,
  secondPicture,
} from '../../../src/dialects/common/calls.ts'

export const playground: PlaygroundCalls = {
  liveness: (id) => formCall('/fifth/live', { id: { text: id }, picture: firstPicture }),
  match: (id) => formCall('/fifth/same', { id: { text: id }, first: firstPicture, second: secondPicture }),
}
