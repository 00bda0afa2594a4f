import { useState } from 'preact/hooks'
import { Heading } from '../../shared/heading.tsx'
import type { Overview as OverviewAnswer } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { dialectTitle } from '../shell/dialects.ts'
import { Choice } from '../shell/field.tsx'
import type { Route } from '../shell/route.ts'
import { Loaded } from '../shell/states.tsx'
import { useResource } from '../shell/use-resource.ts'
import { joinBuckets } from './buckets.ts'
import { Gauges } from './gauges.tsx'
import { LatencyChart } from './latency-chart.tsx'
import { Models } from './models.tsx'
import { VerdictChart } from './verdict-chart.tsx'

const hours = { day: 24, week: 168, month: 720 } as const

/** How many checks, how judged and how fast, and what the server has to spare. */
export function Overview(_props: { route: Route }) {
  const { api, texts } = useConsole()
  const words = texts.overview
  const [range, setRange] = useState<keyof typeof hours>('day')
  const [dialect, setDialect] = useState('')
  const path = `/overview?hours=${hours[range]}`
  const { resource, reload } = useResource(path, () => api.get<OverviewAnswer>(path))
  return (
    <>
      <Heading>{words.heading}</Heading>
      <fieldset class="row">
        <legend class="hidden">{words.range}</legend>
        {Object.keys(hours).map((name) => (
          <button
            type="button"
            key={name}
            aria-pressed={name === range}
            onClick={() => setRange(name as keyof typeof hours)}
          >
            {words.ranges[name as keyof typeof hours]}
          </button>
        ))}
      </fieldset>
      <Loaded resource={resource} onRetry={reload}>
        {(overview) => {
          const dialects = [...new Set(overview.buckets.map((bucket) => bucket.dialect))].sort()
          const points = joinBuckets(overview.buckets, dialect || null)
          return (
            <>
              <Gauges overview={overview} />
              <div class="fields">
                <Choice label={words.dialect} value={dialect} onChange={setDialect}>
                  <option value="">{texts.words.all}</option>
                  {dialects.map((name) => (
                    <option key={name} value={name}>
                      {dialectTitle(name)}
                    </option>
                  ))}
                </Choice>
              </div>
              <div class="charts">
                <VerdictChart points={points} />
                <LatencyChart points={points} />
              </div>
              <Models models={overview.models} />
            </>
          )
        }}
      </Loaded>
    </>
  )
}
