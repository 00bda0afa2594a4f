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
  // Whoever failed reads why first, and goes on by the button.
  if (passed && returnUrl !== null) setTimeout(() => location.assign(returnUrl), secondsToRead * 1000)
})
element.captureUrl = location.href
document.getElementById('page')?.append(element)
