import { readCases, measureCases } from './cases.ts'
import { openYardstick } from './yardstick.ts'
const cases = readCases('../shared').filter((c) => c.key.startsWith('hand')).filter((_, i) => i % 12 === 0)
for (const g of [1, 1.3, 1.6]) {
  const m = await measureCases(cases, (await openYardstick('../shared', g))!)
  const corr = (f: (x: typeof m[0]) => [number, number]) => { const p = m.map(f); const n = p.length; const mx = p.reduce((s, q) => s + q[0], 0) / n, my = p.reduce((s, q) => s + q[1], 0) / n; let a = 0, b = 0, c = 0; for (const [x, y] of p) { a += (x - mx) * (y - my); b += (x - mx) ** 2; c += (y - my) ** 2 } return [(a / Math.sqrt(b * c)).toFixed(3), 'slope', (a / b).toFixed(2), mx.toFixed(1), my.toFixed(1)].join(' ') }
  console.log(g, m.length, 'yaw', corr((x) => [x.pose.yaw, x.yardstick!.yaw]), 'pitch', corr((x) => [x.pose.pitch, x.yardstick!.pitch]), 'roll', corr((x) => [x.pose.roll, x.yardstick!.roll]))
}
