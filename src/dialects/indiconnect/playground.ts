import { jsonCall, type PlaygroundCalls, pictureUrls, type VendorCall } from '../common/calls.ts'

const [first, second] = pictureUrls

export const playground: PlaygroundCalls = {
  liveness: () =>
    ask(`mutation { verify(input: { documentType: "Face Liveness Passive" url: "${first}" }) {
  ok message
  result { __typename ... on LivenessDetectionResult {
    status_code request_id case_id is_live liveness_score review_needed multiple_faces_detected
  } }
  error { message }
} }`),
  match: () =>
    ask(`mutation { verify(input: { documentType: "Face Match" url1: "${first}" url2: "${second}" }) {
  ok message
  result { __typename ... on FaceMatchResult { match match_score confidence review_needed } }
  error { message }
} }`),
}

function ask(query: string): VendorCall {
  return jsonCall('/idverifygr/verification', { query, variables: {} })
}
