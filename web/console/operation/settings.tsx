import { useState } from 'preact/hooks'
import { Heading } from '../../shared/heading.tsx'
import { fill } from '../../shared/languages.ts'
import type { HealthFinding, Setting } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Tick } from '../shell/field.tsx'
import type { Route } from '../shell/route.ts'
import { Loaded } from '../shell/states.tsx'
import { Table } from '../shell/table.tsx'
import { useResource } from '../shell/use-resource.ts'
import { loadSettingMeanings } from '../texts/settings.ts'

/** What `doctor` finds, and every setting as it is in force. */
export function Settings(_props: { route: Route }) {
  const { api, language, texts } = useConsole()
  const words = texts.settings
  const health = useResource('findings', () => api.get<HealthFinding[]>('/health-findings'))
  const settings = useResource(`settings ${language}`, async () => {
    const [values, meanings] = await Promise.all([
      api.get<Setting[]>('/settings'),
      loadSettingMeanings(language),
    ])
    return values.map((setting) => ({ ...setting, meaning: meanings[setting.name] ?? setting.meaning }))
  })
  return (
    <>
      <Heading>{words.heading}</Heading>
      <section>
        <h2>{words.findings}</h2>
        <Loaded resource={health.resource} onRetry={health.reload}>
          {(findings) =>
            findings.length === 0 ? (
              <p class="quiet">{words.noFindings}</p>
            ) : (
              <ul class="plain findings">
                {findings.map(({ level, code, text, count }) => (
                  <li key={code}>
                    <span class={`badge ${{ ok: 'pass', warning: 'review', error: 'fail' }[level]}`}>
                      {words.levels[level]}
                    </span>{' '}
                    {Object.hasOwn(words.findingWords, code)
                      ? fill(words.findingWords[code] ?? text, { count: count ?? 0 })
                      : text}
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
      <section>
        <h2>{words.inForce}</h2>
        <p class="quiet">{words.hint}</p>
        <Loaded resource={settings.resource} onRetry={settings.reload}>
          {(values) => <SettingsTable settings={values} />}
        </Loaded>
      </section>
    </>
  )
}

function SettingsTable({ settings }: { settings: Setting[] }) {
  const { texts } = useConsole()
  const words = texts.settings
  const [changedOnly, setChangedOnly] = useState(false)
  const shown = settings.filter(({ changed }) => changed || !changedOnly)
  return (
    <>
      <Tick isTicked={changedOnly} onChange={setChangedOnly}>
        {words.changedOnly}
      </Tick>
      {shown.length === 0 ? (
        <p class="quiet">{words.noneChanged}</p>
      ) : (
        <Table label={words.inForce} columns={[words.setting, words.value, words.default]}>
          {shown.map(({ name, value, default: usual, meaning, changed }) => (
            <tr key={name} class={changed ? 'changed' : ''}>
              <td>
                <code>{name}</code>
                <br />
                <small class="quiet">{meaning}</small>
              </td>
              <td>
                <code>{value}</code>
              </td>
              <td>
                <code>{usual ?? '–'}</code>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  )
}
