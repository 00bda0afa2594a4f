/**
 * A page of Vue 3 that asks its own server for a session and shows the capture element, which the page loads from Liveface:
 * <script type="module" src="https://faces.example/capture/element.js"></script>
 */
import { createApp, h, onMounted, ref } from 'vue'

const FaceCheck = {
  setup() {
    const captureUrl = ref('')
    const status = ref('')

    onMounted(async () => {
      const response = await fetch('/session', { method: 'POST' })
      captureUrl.value = (await response.json()).captureUrl
    })

    // The event says that it is over. What came out of it, your server reads from Liveface.
    async function finish() {
      const response = await fetch('/session')
      status.value = (await response.json()).verdict
    }

    return () =>
      h('section', [
        h('h2', 'Confirm that it is you'),
        h('liveface-capture', {
          captureUrl: captureUrl.value,
          onPrompt: ({ detail }) => {
            status.value = `${detail.step} of ${detail.steps}`
          },
          onError: ({ detail }) => {
            status.value = detail.code
          },
          onComplete: finish,
        }),
        h('output', status.value),
      ])
  },
}

createApp(FaceCheck).mount('#app')
