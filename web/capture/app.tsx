import { useEffect, useState } from 'preact/hooks'
import { LanguageChoice } from '../shared/language-choice.tsx'
import { allLanguages, directionOf, type Language } from '../shared/languages.ts'
import { accentOf, Brand } from './brand.tsx'
import { type FlowOptions, useFlow } from './flow.ts'
import { useLanguage } from './language.ts'
import { Live } from './live.tsx'
import type { Screen, Stop } from './screen.ts'
import { Again, Loading, Message, Result, wayBack } from './screens.tsx'
import { SoundSwitch } from './sound-switch.tsx'
import { Welcome } from './welcome.tsx'

/** @param wanted by the page around the element; null: the browser's language */
export function App({ wanted, ...options }: FlowOptions & { wanted: Language | null }) {
  const { emit } = options
  const [spoken, setLanguage] = useLanguage(wanted)
  const flow = useFlow(options)
  const { screen, opened, stream, goal, step } = flow
  const [hasSound, setSound] = useState(true)
  function switchSound(isOn: boolean): void {
    flow.chime.isOn = isOn
    setSound(isOn)
  }

  useEffect(() => {
    if (spoken) emit('language', { language: spoken.language })
  }, [spoken?.language, emit])

  if (!spoken) return <div class="page" part="page" aria-busy="true" />
  const { language, texts } = spoken

  return (
    <div
      class="page"
      part="page"
      lang={language}
      dir={directionOf(language)}
      style={accentOf(flow.welcome?.accentColor ?? null)}
    >
      <header>
        {flow.welcome && <Brand {...flow.welcome} />}
        <SoundSwitch label={texts.sound} isOn={hasSound} onChange={switchSound} />
        <LanguageChoice
          label={texts.language}
          languages={allLanguages}
          language={language}
          onChange={setLanguage}
        />
      </header>
      {screen === 'welcome' && (
        <Welcome texts={texts} consent={flow.welcome?.consent ?? null} onStart={flow.begin} />
      )}
      {(screen === 'first' || screen === 'loading') && (
        <Loading key={screen} texts={texts} isFirst={screen === 'first'} />
      )}
      {screen === 'live' && stream && opened && step && (
        <Live
          key={goal.gesture ?? 'ahead'}
          texts={texts}
          stream={stream}
          guide={flow.guide}
          goal={goal}
          frames={flow.frames}
          chime={flow.chime}
          step={step.step}
          steps={step.steps}
          secondsLeft={flow.secondsLeft}
          sending={flow.sending}
          help={flow.help}
          onChooseCamera={flow.chooseCamera}
          onTaken={flow.send}
          onLost={flow.lose}
        />
      )}
      {screen === 'lost' && (
        <Message
          name="lost"
          heading={texts.lost.heading}
          body={texts.lost.body}
          action={texts.lost.action}
          onAction={flow.comeBack}
        />
      )}
      {screen === 'result' && opened?.session.result && (
        <Result texts={texts} result={opened.session.result} leave={flow.leave} />
      )}
      {screen === 'again' && opened?.session.failed && (
        <Again texts={texts} result={opened.session.failed} onAgain={flow.begin} />
      )}
      {(screen === 'expired' || screen === 'used') && (
        <Message name={screen} sign="bad" {...texts[screen]} {...wayBack(texts, flow.leave)} />
      )}
      {isStop(screen) && (
        <Message name={screen} action={texts.tryAgain} onAction={flow.retry} {...texts[screen]} />
      )}
    </div>
  )
}

function isStop(screen: Screen): screen is Stop {
  return screen.startsWith('camera') || screen === 'network' || screen === 'broken'
}
