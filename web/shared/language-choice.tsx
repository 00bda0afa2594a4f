import { isLanguage, type Language, languageNames } from './languages.ts'

/** A list of the languages, each by its own name. */
export function LanguageChoice(props: {
  label: string
  language: Language
  onChange: (language: Language) => void
}) {
  return (
    <label class="language">
      <span>{props.label}</span>
      <select
        value={props.language}
        onChange={({ currentTarget: { value } }) => isLanguage(value) && props.onChange(value)}
      >
        {Object.entries(languageNames).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
