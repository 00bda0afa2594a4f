/** Switches sound and vibration on and off. */
export function SoundSwitch(props: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  const { label, isOn, onChange } = props
  return (
    <button
      type="button"
      class="sound"
      part="sound"
      aria-label={label}
      aria-pressed={isOn}
      title={label}
      onClick={() => onChange(!isOn)}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M4 9v6h4l5 4V5L8 9z" />
        <path d={isOn ? 'M16 9q2 3 0 6M18.5 6.5q4 5.5 0 11' : 'M16 9l5 6m0-6l-5 6'} />
      </svg>
    </button>
  )
}
