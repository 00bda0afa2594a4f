/** An attack detection report for people. */
import type { ErrorShare, PadReport } from './pad-report.ts'
import type { ReportPage } from './report-page.ts'
import { percent, share, withInterval } from './words.ts'

export function padTables(report: PadReport): ReportPage['tables'] {
  const { bpcer, bpnrr, instruments, worst } = report
  const row = (name: string, errors: ErrorShare, unjudged: ErrorShare) => [
    name,
    String(unjudged.trials),
    withInterval(errors.share, errors.interval),
    `${errors.errors} of ${errors.trials}`,
    `${unjudged.errors} (${percent(unjudged.share)})`,
  ]
  return [
    {
      title: `Errors at ${report.threshold}`,
      rows: [
        ['', 'captures', 'error', 'counted', 'not judged'],
        row('live: BPCER', bpcer, bpnrr),
        ...instruments.map(({ name, apcer, apnrr }) => row(`${name}: APCER`, apcer, apnrr)),
      ],
    },
    {
      title: 'Together',
      rows: [
        ['figure', 'value'],
        ['APCER of the worst instrument', worst ? `${percent(worst.apcer.share)} (${worst.name})` : '-'],
        ['equal error rate', withInterval(report.equalError, report.equalErrorInterval)],
        ['area under the curve', share(report.areaUnderCurve)],
      ],
    },
  ]
}

export function padPage(report: PadReport, plot: string): ReportPage {
  const unjudged = report.judged.filter(({ reason }) => reason !== null)
  const reasons = [...new Set(unjudged.map(({ reason }) => reason!))].sort()
  const tables = padTables(report)
  return {
    title: 'Presentation attack detection',
    facts: [
      ['captures', String(report.captures)],
      ['people', report.peopleNamed ? String(report.people) : 'not named'],
      ['threshold', String(report.threshold)],
    ],
    tables:
      reasons.length === 0
        ? tables
        : [
            ...tables,
            {
              title: 'Not judged',
              rows: [
                ['reason', 'captures'],
                ...reasons.map((reason) => [
                  reason,
                  String(unjudged.filter((capture) => capture.reason === reason).length),
                ]),
              ],
            },
          ],
    notes: [
      'APCER, BPCER: attacks taken for bona fide and bona fide captures taken for attacks (ISO/IEC 30107-3), of those ' +
        'that were judged. A capture that is not judged is not called live.',
      'Brackets: 95 % intervals, people drawn again with replacement.',
      ...(report.peopleNamed
        ? []
        : [
            'The folder names no people. Each capture counts as a person of its own: the intervals are too narrow.',
          ]),
      'This is a measurement on these captures, not a certificate of a testing laboratory.',
    ],
    plot,
  }
}
