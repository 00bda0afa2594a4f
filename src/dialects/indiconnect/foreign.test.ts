/** Queries for other products of the gateway, as callers send them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Gateway, pictureOf, startGateway } from '../../../test/support/indiconnect.ts'

let gateway: Gateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.stop())

const unsupported = (type: string) => ({
  ok: false,
  message: 'Verification failed',
  result: null,
  error: { message: `Unsupported document type: ${type}` },
})

it.each([
  [
    'a literal with fields and a result of its own',
    {
      query: `mutation { verify(input: { documentType: "PAN detailed" panNumber: "ABCDE1234F" consent: { given: true } })
        { ok message result { __typename ... on PanDetailedResult { fullName address { line1 } } } error { message } } }`,
    },
    'PAN detailed',
  ],
  [
    'a variable with fields of its own',
    {
      query: `mutation Bureau($input: VerifyInput!) { verify(input: $input)
        { ok message result { ... on BTBureauBResult { score } } error { message } } }`,
      variables: { input: { documentType: 'BT Bureau', firstName: 'A', gstin: 1 } },
    },
    'BT Bureau',
  ],
  [
    'single variables of types of its own',
    {
      query: `mutation($type: String!, $consent: ConsentInput!, $pan: String) {
        verify(input: { documentType: $type, pan: $pan, consent: $consent })
        { ok message result { ...bureau } error { message } } }
        fragment bureau on BureauResult { score ...more } fragment more on BureauResult { lines }`,
      variables: { type: 'Advanced Forgery_S', consent: { id: 1 } },
    },
    'Advanced Forgery_S',
  ],
  [
    'a fragment around the answer',
    {
      query: `mutation A { verify(input: { documentType: "KYC OCR Plus" caseId: "1" }) { ...all } }
        fragment all on VerifyResponse { ok message result { ... on OcrResult { text } } error { message } }`,
    },
    'KYC OCR Plus',
  ],
])('%s is answered "unsupported"', async (_what, body, type) => {
  const { status, json } = await gateway.post(body)
  expect({ status, json }).toEqual({ status: 200, json: { data: { verify: unsupported(type) } } })
})

it('costs nothing and leaves no row', async () => {
  await gateway.post({ query: 'mutation { verify(input: { documentType: "IFSC" ifsc: "X" }) { ok } }' })
  expect(await gateway.database.selectFrom('checks').select('id').execute()).toEqual([])
})

it.each([
  [
    'an unknown field beside the result',
    'mutation { verify(input: { documentType: "IFSC" }) { okay } }',
    'okay',
  ],
  ['no document type', 'mutation { verify(input: { ifsc: "X" }) { ok } }', 'documentType'],
  [
    'an unknown field for a type of ours',
    'mutation { verify(input: { documentType: "Face Match" pan2: "X" }) { ok } }',
    'pan2',
  ],
  [
    'a result that our types do not have',
    'mutation { verify(input: { documentType: "face  match" }) { result { ... on Nothing { a } } } }',
    'Nothing',
  ],
])('%s is still refused', async (_what, query, word) => {
  const { status, json } = await gateway.post({ query })
  expect(status).toBe(400)
  expect(json.message).toContain(word)
})

it('a document for another product vouches for none of ours with the same shape', async () => {
  const query = (type: string) =>
    `mutation { verify(input: { documentType: "${type}" pan2: "X" }) { ok result { ... on Odd { a } } } }`
  expect((await gateway.post({ query: query('Voter ID') })).status).toBe(200)
  expect((await gateway.post({ query: query('Face Match') })).status).toBe(400)
})

it('fields of other products do not disturb a check of ours', async () => {
  const { json } = await gateway.post({
    query: `mutation($input: VerifyInput!) { verify(input: $input) { ok result { ... on LivenessDetectionResult { status_code } } } }`,
    variables: {
      input: {
        documentType: 'Face  Liveness\tPassive',
        url: gateway.pictures.url + pictureOf({}),
        caseId: '1',
        callBackUrl: 'https://callback.example/',
        urls: ['https://a.example/'],
        threshold: 0.8,
        name1: 'a',
        name2: 'b',
        address1: 'c',
        address2: 'd',
      },
    },
  })
  expect(json.data?.verify).toEqual({ ok: true, result: { status_code: 101 } })
})
