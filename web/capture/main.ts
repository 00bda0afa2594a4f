/** The hosted page: the element and nothing beside it. */
import '../shared/base.css'
import './page.css'
import { isLanguage } from '../shared/languages.ts'
import './element.tsx'
import { textsOf } from './texts/index.ts'

const secondsToRead = 3

const element = document.createElement('liveface-capture')
element.addEventListener('language', ({ detail: { language } }) => {
  document.documentElement.lang = language
  if (isLanguage(language)) document.title = textsOf(language).title
})
element.addEventListener('complete', ({ detail: { passed, returnUrl } }) => {
  // Whoever failed reads why first, and goes on by the button.
  if (passed && returnUrl !== null) setTimeout(() => location.assign(returnUrl), secondsToRead * 1000)
})
element.captureUrl = location.href
document.getElementById('page')?.append(element)
