/** Arbitrary requests, for a fuzz test of every route: odd values where fields are known, and fields that nobody knows. */
import fc from 'fast-check'
import { jpeg } from './didit.ts'

const names = [
  ...[
    'verification_id',
    'threshold',
    'vendor_data',
    'metadata',
    'rotate_image',
    'save_api_request',
    'userId',
    'name',
  ],
  ...[
    'face_liveness_score_decline_threshold',
    'face_match_score_decline_threshold',
    'search_type',
    'mirrored',
  ],
  ...[
    'sessionToken',
    'challengeId',
    'session_id',
    'session_ids',
    'session_numbers',
    'delete_all',
    'new_status',
  ],
  ...[
    'comment',
    'blocklist_face',
    'label',
    'url',
    'subscribed_events',
    'webhook_version',
    'enabled',
    'clientId',
  ],
  ...[
    'callbackUrl',
    'events',
    'permissions',
    'rateLimit',
    'environment',
    'page',
    'limit',
    'offset',
    'status',
    'query',
  ],
  ...['variables', 'operationName', '__proto__', 'constructor', 'toString', ''],
]
const files = ['image', 'first_image', 'second_image', 'user_image', 'ref_image', 'photo', 'selfie', 'file']

const odd = fc.constantFrom(
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e999',
    'NaN',
    'null',
    'true',
    '[]',
    '{}',
    '{"a":',
    '\0',
    '\ud800',
    '%00',
    '../../etc/passwd',
  ],
  ...[
    "' or 1=1 --",
    '<%= 7*7 %>',
    '{{7*7}}',
    '9'.repeat(400),
    'a'.repeat(70_000),
    '2026-11-21',
    'Approved',
    'v3',
  ],
  ...[
    'https://example.com/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    '00000000-0000-4000-8000-000000000000',
  ],
)
const text = fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 40 }))
const short = text.filter((value) => value.length < 300)
const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: text })
const json = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .dictionary(name, fc.oneof(text, fc.jsonValue(), fc.array(text, { maxLength: 4 })), { maxKeys: 8 })
      .map((value) => JSON.stringify(value)),
  },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: text },
)
const graphql = fc.oneof(
  text.map((value) => ({ query: value })),
  fc.record({
    query: fc.constantFrom(
      'mutation {',
      '{ __typename }',
      'mutation ($a: String!) { verify(input: {documentType: $a}) { ok } }',
      'query { a { b } }',
    ),
    variables: fc.jsonValue(),
  }),
  fc.tuple(text, text).map(([type, url]) => ({
    query: `mutation { verify(input: {documentType: ${JSON.stringify(type)} url: ${JSON.stringify(url)}}) { ok result { __typename } error { message } } }`,
  })),
)
const picture = fc.oneof(
  fc.constant(jpeg),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.concat([jpeg, bytes])),
)
const contentType = fc.constantFrom(
  ...[
    'application/json',
    'application/json; charset=klingon',
    'text/plain',
    'text/\u00e9',
    'multipart/form-data',
    ';;;',
    '',
  ],
  ...[
    'application/x-www-form-urlencoded',
    'application/graphql',
    'multipart/form-data; boundary=x',
    'image/jpeg',
  ],
)
const form = fc.record({
  fields: fc.array(fc.tuple(name, text), { maxLength: 6 }),
  files: fc.array(fc.tuple(fc.constantFrom(...files), picture, fc.oneof(text, fc.constant('a.jpg'))), {
    maxLength: 3,
  }),
})

/** A form that most routes take as it is. */
const good = fc.uuid().map((id) => ({
  fields: [['verification_id', id]] as [string, string][],
  files: files.map((file): [string, Buffer, string] => [file, jpeg, 'a.jpg']).slice(0, 3),
}))

export interface Attempt {
  parameter: string
  query: [string, string][]
  body:
    | { form: { fields: [string, string][]; files: [string, Buffer, string][] } }
    | { type: string; text: string }
  withKeys: boolean
}

export const attempt: fc.Arbitrary<Attempt> = fc.record({
  parameter: short,
  query: fc.array(
    fc.tuple(
      name.filter((value) => value.length < 300),
      short,
    ),
    { maxLength: 3 },
  ),
  body: fc.oneof(
    { weight: 4, arbitrary: form.map((value) => ({ form: value })) },
    { weight: 1, arbitrary: good.map((value) => ({ form: value })) },
    { weight: 3, arbitrary: json.map((value) => ({ type: 'application/json', text: value })) },
    {
      weight: 1,
      arbitrary: graphql.map((value) => ({ type: 'application/json', text: JSON.stringify(value) })),
    },
    { weight: 1, arbitrary: fc.record({ type: contentType, text: json }) },
  ),
  withKeys: fc.integer({ min: 0, max: 9 }).map((value) => value > 0),
})
