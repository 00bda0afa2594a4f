import { type Language, languageNames } from './languages.ts'

/** A list of languages, each by its own name. */
export function LanguageChoice<Spoken extends Language>(props: {
  label: string
  languages: readonly Spoken[]
  language: Spoken
  onChange: (language: Spoken) => void
}) {
  const { label, languages, language, onChange } = props
  return (
    <label class="language">
      <span>{label}</span>
      <select
        value={language}
        onChange={({ currentTarget: { selectedIndex } }) => {
          const chosen = languages[selectedIndex]
          if (chosen) onChange(chosen)
        }}
      >
        {languages.map((code) => (
          <option key={code} value={code} lang={code}>
            {languageNames[code]}
          </option>
        ))}
      </select>
    </label>
  )
}
