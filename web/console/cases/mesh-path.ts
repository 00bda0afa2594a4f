/** The points of a mesh as one path of SVG: lines of no length, which round caps make dots. */
export function meshPath(mesh: readonly (readonly [number, number])[]): string {
  return mesh.map(([x, y]) => `M${tenth(x)} ${tenth(y)}h0`).join('')
}

const tenth = (value: number) => Math.round(value * 10) / 10
