/** The hosted page: the element and nothing beside it. */
import '../shared/base.css'
import './page.css'
import { directionOf, isLanguage } from '../shared/languages.ts'
import './element.tsx'
import { loadTexts } from './texts/index.ts'

const secondsToRead = 3

const element = document.createElement('liveface-capture')
element.addEventListener('language', ({ detail: { language } }) => {
  if (!isLanguage(language)) return
  document.documentElement.lang = language
  document.documentElement.dir = directionOf(language)
  loadTexts(language).then(
    ({ title }) => {
      document.title = title
    },
    () => undefined,
  )
})
element.addEventListener('complete', ({ detail: { passed, returnUrl } }) => {
  // Whoever failed reads why first, and goes on by the button. It is pressed for whoever passed, as it has the way signed again:
  // the time of a page in the background stands still.
  if (passed && returnUrl !== null) setTimeout(pressButton, secondsToRead * 1000)
})

function pressButton(): void {
  element.shadowRoot?.querySelector<HTMLButtonElement>('[data-screen=passed] button')?.click()
}

element.captureUrl = location.href
document.getElementById('page')?.append(element)
