import { useEffect, useState } from 'preact/hooks'
import { useConsole } from '../shell/context.ts'
import { dialectTitles } from '../shell/dialects.ts'
import { Choice, Field } from '../shell/field.tsx'
import { hrefOf } from '../shell/route.ts'
import { filterNames } from './queue-filters.ts'

const queues = ['open', 'decided', 'all'] as const

/** Search and filters. They live in the address, so that a list can be sent to a colleague. */
export function FilterBar({ query }: { query: URLSearchParams }) {
  const { texts } = useConsole()
  const words = texts.queue
  const [search, setSearch] = useState(query.get('q') ?? '')
  useEffect(() => setSearch(query.get('q') ?? ''), [query])

  function change(name: string, value: string): void {
    const changed = new URLSearchParams(query)
    if (value) changed.set(name, value)
    else changed.delete(name)
    location.hash = hrefOf('cases', null, changed)
  }
  const queue = query.get('queue') ?? (query.get('q') ? 'all' : 'open')
  const dayField = (name: 'from' | 'to') => (
    <Field
      label={words[name]}
      type="date"
      value={query.get(name) ?? ''}
      onInput={(value) => change(name, value)}
    />
  )

  return (
    <search class="filters">
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault()
          change('q', search.trim())
        }}
      >
        <Field label={words.search} type="search" name="q" value={search} onInput={setSearch} />
        <button type="submit">{words.searchSubmit}</button>
      </form>
      <fieldset class="row">
        <legend class="hidden">{words.queue}</legend>
        {queues.map((name) => (
          <button
            type="button"
            key={name}
            aria-pressed={name === queue}
            onClick={() => change('queue', name)}
          >
            {words.queues[name]}
          </button>
        ))}
      </fieldset>
      <details open={filterNames.some((name) => name !== 'q' && query.has(name))}>
        <summary>{words.filters}</summary>
        <div class="fields">
          <Choice
            label={words.dialect}
            value={query.get('dialect') ?? ''}
            onChange={(value) => change('dialect', value)}
          >
            <option value="">{texts.words.all}</option>
            {Object.entries(dialectTitles).map(([name, title]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </Choice>
          <Choice
            label={words.verdict}
            value={query.get('verdict') ?? ''}
            onChange={(value) => change('verdict', value)}
          >
            <option value="">{texts.words.all}</option>
            {Object.entries(texts.verdicts).map(([name, title]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </Choice>
          {dayField('from')}
          {dayField('to')}
        </div>
      </details>
    </search>
  )
}
