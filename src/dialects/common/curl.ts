/** The words of a curl line; joined with spaces they are a command for a shell. */
export function curlWords(url: string, headers: Record<string, string>, ...rest: string[]): string[] {
  return [
    `curl -s ${url}`,
    ...Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`),
    ...rest,
  ]
}

/** A text in single quotes, whatever it holds. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
