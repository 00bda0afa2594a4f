export { overlay } from './overlay.ts'
export { cutScene } from './scene.ts'
