/** The capture page: a person, a camera and a session's challenges. */
import { render } from 'preact'
import '../shared/base.css'
import './style.css'
import { App } from './app.tsx'

const link = location.pathname.split('/').filter(Boolean).at(-1) ?? ''
const root = document.getElementById('page')
if (root) render(<App link={link} />, root)
