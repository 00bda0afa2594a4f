/** The vision library, its nets and WebAssembly; set by the build. */
declare const __VISION__: {
  /** Path on the server, without slashes around it. */
  folder: string
  /** Bytes of what a browser of today loads, by name. */
  files: Record<string, number>
}
