/** Side, in pixels, of the detector's square input. */
export const inputSize = 256

/**
 * Centres of the detector's 896 anchors in pixels of its 256 x 256 input, as x, y pairs.
 *
 * The first 512 stand on a 16 x 16 grid, two to a cell; the other 384 on an 8 x 8 grid, six to a cell. All of them
 * have the same unit size, so an anchor is nothing but its centre.
 */
export function anchorCentres(): Float32Array {
  const centres: number[] = []
  for (const { stride, perCell } of [
    { stride: 16, perCell: 2 },
    { stride: 32, perCell: 6 },
  ]) {
    const cells = inputSize / stride
    for (let row = 0; row < cells; row++) {
      for (let column = 0; column < cells; column++) {
        for (let copy = 0; copy < perCell; copy++) centres.push((column + 0.5) * stride, (row + 0.5) * stride)
      }
    }
  }
  return Float32Array.from(centres)
}
