import { redrawPicture } from '../../src/engine/picture/redraw.ts'

/** What the engine's workers do with a picture that is drawn again, in this process. */
export const redraw = (picture: Uint8Array, longestSide: number) => redrawPicture(picture, { longestSide })
