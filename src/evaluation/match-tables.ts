/** A report of face matching for people. */
import type { MatchReport } from './match-report.ts'
import type { ReportPage } from './report-page.ts'
import { percent, withInterval } from './words.ts'

export function matchTables(report: MatchReport): ReportPage['tables'] {
  const { atThreshold } = report
  return [
    {
      title: `Errors at ${report.threshold}`,
      rows: [
        ['', 'pairs', 'error'],
        [
          'two people: FMR',
          String(report.impostorPairs),
          withInterval(atThreshold.fmr, atThreshold.fmrInterval),
        ],
        [
          'one person: FNMR',
          String(report.genuinePairs),
          withInterval(atThreshold.fnmr, atThreshold.fnmrInterval),
        ],
      ],
    },
    {
      title: 'Errors at each similarity',
      rows: [
        ['similarity', 'FMR', 'FNMR'],
        ...report.table.map(({ similarity, fmr, fnmr }) => [
          similarity.toFixed(2),
          percent(fmr),
          percent(fnmr),
        ]),
      ],
    },
  ]
}

export function matchPage(report: MatchReport, plot: string): ReportPage {
  return {
    title: 'Face match',
    facts: [
      ['people', String(report.people)],
      ['pictures with a face', String(report.portraits)],
      ['pictures left out', String(report.leftOut.length)],
      ['threshold', String(report.threshold)],
    ],
    tables: matchTables(report),
    notes: [
      'FMR: pairs of two people taken for one. FNMR: pairs of one person taken for two. Every two pictures were compared.',
      'Brackets: 95 % intervals, people drawn again with replacement.',
      'A rate of 0 of few pairs is no proof of a small one: of 3000 pairs without an error the rate may still be 0.1 %.',
    ],
    plot,
  }
}
