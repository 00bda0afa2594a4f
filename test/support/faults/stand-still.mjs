/** Preloaded into a server by a test: SIGUSR2 makes its event loop stand still for ever. */
process.on('SIGUSR2', () => {
  for (;;) Math.random()
})
