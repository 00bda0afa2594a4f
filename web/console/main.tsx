/** The console: people look at cases and decide, find and erase a person, and see how the server does. */
import { render } from 'preact'
import '../shared/base.css'
import './style.css'
import './cases/style.css'
import './operation/style.css'
import { App } from './app.tsx'

const root = document.getElementById('page')
if (root) render(<App />, root)
