/** Numbers that both the code and the sentences of the API need. */

/** Faces of one person. */
export const maxFaces = 20
/** Megabytes (of 1024 times 1024 bytes) of one picture. */
export const pictureMegabytes = 10
/** Characters of an Idempotency-Key. */
export const maxKeyLength = 255
