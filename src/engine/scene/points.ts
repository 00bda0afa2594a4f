/** Outline of the face in mesh points, clockwise in the picture from the top of the forehead. */
export const outline: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
  150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
]

/** Corners of eyes and mouth, nose, lips, brows, cheeks. */
export const within: readonly number[] = [
  33, 133, 362, 263, 1, 4, 6, 168, 61, 291, 13, 14, 0, 17, 105, 334, 50, 280, 205, 425,
]
