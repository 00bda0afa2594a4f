/** Path of the folder with the vision library, its nets and WebAssembly; set by the build. */
declare const __VISION__: string
