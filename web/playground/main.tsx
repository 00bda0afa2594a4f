/** The playground: what the engine measures on a picture, and what each dialect would answer. */
import { render } from 'preact'
import '../shared/base.css'
import './style.css'
import { App } from './app.tsx'

const root = document.getElementById('page')
if (root) render(<App />, root)
