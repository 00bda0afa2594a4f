import type { ComponentChildren } from 'preact'
import { useConsole } from '../shell/context.ts'
import { Table } from '../shell/table.tsx'

export const chartWidth = 600
export const chartHeight = 160

/** A drawing with its axes, its colours named, and the same numbers as a table. */
export function Chart(props: {
  heading: string
  /** What the drawing says, in a sentence. */
  label: string
  end: string
  from: string
  to: string
  legend: { name: string; look: string }[]
  columns: string[]
  rows: string[][]
  children: ComponentChildren
}) {
  const { texts } = useConsole()
  return (
    <figure class="chart">
      <figcaption>
        <h2>{props.heading}</h2>
        <span>{props.label}</span>
      </figcaption>
      <p class="axis">{props.end}</p>
      <svg
        viewBox={`0 0 ${chartWidth} ${chartHeight}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={props.label}
      >
        <path
          class="grid"
          d={`M0 0H${chartWidth}M0 ${chartHeight / 2}H${chartWidth}M0 ${chartHeight}H${chartWidth}`}
        />
        {props.children}
      </svg>
      <p class="axis between">
        <span>{props.from}</span>
        <span>{props.to}</span>
      </p>
      <ul class="legend">
        {props.legend.map(({ name, look }) => (
          <li key={look} class={look}>
            {name}
          </li>
        ))}
      </ul>
      <details>
        <summary>{texts.overview.asTable}</summary>
        <Table label={props.heading} columns={props.columns}>
          {props.rows.map((row) => (
            <tr key={row[0]}>
              {row.map((cell, index) => (
                <td key={props.columns[index]} class={index > 0 ? 'number' : ''}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </Table>
      </details>
    </figure>
  )
}
