/**
 * Ends this process when the shell is gone that `npm run` started it by. npm passes signals on to its shell, which ends
 * alone: what it ran would stay behind. Call it first: a shell that ends while packages are installed is noticed after.
 */
export function stopWithNpm() {
  // Started otherwise, in the background for instance, it may well outlive whoever started it.
  if (!process.env.npm_lifecycle_event) return
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  timer.unref()
}
