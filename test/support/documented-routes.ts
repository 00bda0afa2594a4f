export interface DocumentedRoute {
  method: string
  /** With `{name}` where a parameter stands. */
  path: string
  isMultipart: boolean
}

/** Every route of the OpenAPI document that a started server publishes for a dialect. */
export async function documentedRoutes(serverUrl: string, dialect: string): Promise<DocumentedRoute[]> {
  const document = (await (await fetch(`${serverUrl}/openapi/${dialect}.json`)).json()) as {
    paths: Record<string, Record<string, { requestBody?: { content: Record<string, unknown> } }>>
  }
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({
      path,
      method: method.toUpperCase(),
      isMultipart: Object.keys(requestBody?.content ?? {}).includes('multipart/form-data'),
    })),
  )
}
