/** Every net the engine can run: where it comes from, what goes in, what comes out. */
import type { Net } from './net.ts'

const human = { kind: 'graph-model', package: '@vladmandic/human', version: '3.3.6', licence: 'MIT' } as const
const faceApi = {
  kind: 'manifest',
  package: '@vladmandic/face-api',
  version: '1.7.15',
  licence: 'MIT',
} as const
const plain = { offset: [0, 0, 0], scale: 1 / 255, channels: 'rgb' } as const
/** dlib's mean colour, which face-api's nets were trained with. */
const dlib = { offset: [122.782, 117.001, 104.298], scale: 1 / 255, channels: 'rgb' } as const

export const catalogue = {
  blazeface: {
    ...human,
    measures: 'Faces and six points of each in a letterboxed picture.',
    files: {
      'models/blazeface.json': 'cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f',
      'models/blazeface.bin': 'dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72',
    },
    normalisation: { offset: [127.5, 127.5, 127.5], scale: 1 / 127.5, channels: 'rgb' },
    inputs: [{ name: 'input', shape: [3, 256, 256] }],
    outputs: [
      {
        name: 'scores',
        from: ['Identity', 'Identity_1'],
        shape: [896],
        sigmoid: true,
        meaning:
          'Probability 0..1 of a face at each anchor: first 16x16 cells x 2 at stride 16, then 8x8 cells x 6 at stride 32, row by row.',
      },
      {
        name: 'boxes',
        from: ['Identity_2', 'Identity_3'],
        shape: [896, 16],
        meaning:
          'Per anchor, in input pixels: centre x y from the centre of the cell, width, height, then (x, y) from the same centre of right eye, left eye, nose, mouth, right ear, left ear.',
      },
    ],
  },
  facemesh: {
    ...human,
    measures: 'The 468-point mesh of one upright face; the crop is the face box x 1.6, eyes level.',
    files: {
      'models/facemesh.json': 'b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7',
      'models/facemesh.bin': '3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b',
    },
    normalisation: plain,
    inputs: [{ name: 'input', shape: [3, 192, 192] }],
    outputs: [
      { name: 'mesh', from: ['Identity_2'], shape: [468, 3], meaning: '(x, y, z) in input pixels.' },
      {
        name: 'face',
        from: ['Identity_1'],
        shape: [1],
        meaning: 'Probability 0..1 that the crop shows a face.',
      },
    ],
  },
  'pad-trunk': {
    ...human,
    measures:
      'Features of the skin for the net `pad-texture`: the first half of faceres, on a face seen unusually close.',
    files: {
      'models/faceres.json': '5b83d49c0385d2e68a05122441b94226313677cae9fcc40b9587ad50079eb4df',
      'models/faceres.bin': '2c7d2d62b76c97528b736527aa09d310ea71743c9e3e79fb6c62d4b2d73af79b',
    },
    // Not what faceres learned with: darker by the mean a second time, red first. Measured better for PAD.
    normalisation: { offset: [227.62, 233.558, 227.62], scale: 1, channels: 'rgb' },
    inputs: [{ name: 'input', shape: [3, 224, 224] }],
    outputs: [
      {
        name: 'features',
        from: ['conv_pw_6_relu/clip_by_value'],
        shape: [14, 14, 512],
        meaning: '512 features of each of 14 x 14 cells, 0..6.',
      },
    ],
  },
  'face-recognition': {
    kind: 'onnx',
    package: 'faceplugin-face-recognition-js',
    version: '0.0.1',
    licence: 'MIT',
    measures: 'Who a face is, from an aligned chip: MobileFaceNet.',
    files: { 'model/fr_feature.onnx': '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581' },
    // Blue first: its own package gives it red first, and it makes three times the errors at low FMR that way.
    normalisation: { offset: [127, 127, 127], scale: 1 / 128, channels: 'bgr' },
    inputs: [{ name: 'input', shape: [3, 112, 112] }],
    outputs: [
      {
        name: 'features',
        shape: [512],
        meaning: 'Not of unit length; same and different people cross at a cosine of about 0.3.',
      },
    ],
  },
  'pad-general': {
    kind: 'onnx',
    package: 'faceplugin-face-recognition-js',
    version: '0.0.1',
    licence: 'MIT',
    measures: 'Presentation attacks, in the face and what is next to it: 2.7 x the box, inside the picture.',
    files: { 'model/fr_liveness.onnx': 'afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d' },
    // Blue first, as the other net of this package: red first it hardly ranks.
    normalisation: { offset: [0, 0, 0], scale: 1, channels: 'bgr' },
    inputs: [{ name: 'input', shape: [3, 128, 128] }],
    outputs: [
      { name: 'classes', shape: [3], meaning: 'Logits of a bona fide capture and of two kinds of attack.' },
    ],
  },
  'age-gender': {
    ...faceApi,
    measures: 'Age and gender from a square crop of one face.',
    files: {
      'model/age_gender_model-weights_manifest.json':
        '74b60bf3ebf981bf4e661e9cca3a185614e10b25d797118b62e2a68d3ff2569f',
      'model/age_gender_model.bin': '49f92bbc0afef2342c4385e4a2b0acb6d7a727c6f0aa539499719a81acf9abaa',
    },
    normalisation: dlib,
    inputs: [{ name: 'input', shape: [3, 112, 112] }],
    outputs: [
      { name: 'age', shape: [1], meaning: 'Years.' },
      { name: 'gender', shape: [2], meaning: 'Probabilities of male, female.' },
    ],
  },
  expression: {
    ...faceApi,
    measures: 'Facial expression from a square crop of one face.',
    files: {
      'model/face_expression_model-weights_manifest.json':
        '5b349c17c7836da506e03422cd6461c74085d8bb2713ad4114647dc5d28174c8',
      'model/face_expression_model.bin': '9a9840f2cf1f4c7eab95f197512569345c00d2426754d4608b92af30e0300f3d',
    },
    normalisation: dlib,
    inputs: [{ name: 'input', shape: [3, 112, 112] }],
    outputs: [
      {
        name: 'expressions',
        shape: [7],
        meaning: 'Logits of neutral, happy, sad, angry, fearful, disgusted, surprised.',
      },
    ],
  },
  'pad-face': {
    kind: 'own',
    licence: 'Apache-2.0',
    measures: 'Presentation attacks, in the skin of a face in a whole frame; recipe in training/pad.',
    file: 'models/pad-face.onnx',
    sha256: '57ad7f4427bfe5827fabb6661108bd1a0059dfd30681cbdc6a4cc0e98aae2f4b',
    inputs: [{ name: 'skin', shape: [3, 112, 112] }],
    outputs: [{ name: 'skin_logit', shape: [1], meaning: 'Positive speaks for a bona fide capture.' }],
  },
  'pad-skin': {
    kind: 'own',
    licence: 'Apache-2.0',
    measures:
      'Presentation attacks, in the skin of a tight crop; its recipe stands in the history of training/pad.',
    file: 'models/pad-skin.onnx',
    sha256: '0194c853214e0a3f30df00ea9cdda228d199094f6f61905e8b5bbae09723aa2b',
    inputs: [{ name: 'skin', shape: [3, 112, 112] }],
    outputs: [{ name: 'skin_logit', shape: [1], meaning: 'Positive speaks for a bona fide capture.' }],
  },
  'pad-surroundings': {
    kind: 'own',
    licence: 'Apache-2.0',
    measures: 'Presentation attacks, in what surrounds the face; recipe in training/pad.',
    file: 'models/pad-surroundings.onnx',
    sha256: '5b18c996acf9e64b5943c1a601e65bc4b049b1f2907f45b91303b2e7d2f32682',
    inputs: [{ name: 'near', shape: [3, 96, 96] }],
    outputs: [{ name: 'near_logit', shape: [1], meaning: 'Positive speaks for a bona fide capture.' }],
  },
  'pad-texture': {
    kind: 'own',
    licence: 'Apache-2.0',
    measures: 'Presentation attacks, in the skin of a tight crop; recipe in training/pad.',
    file: 'models/pad-texture.onnx',
    sha256: '58131d6d6b1e6f7320f979d3c717f56916e279073a97dff7790455f9e53e73d7',
    // Output of pad-trunk.
    inputs: [{ name: 'features', shape: [14, 14, 512] }],
    outputs: [{ name: 'texture_logit', shape: [1], meaning: 'Positive speaks for a bona fide capture.' }],
  },
  'pad-drawn': {
    kind: 'own',
    licence: 'Apache-2.0',
    measures:
      'Whether a camera took the face, or it was drawn, made over or cut out; recipe in training/pad.',
    file: 'models/pad-drawn.onnx',
    sha256: '31f8fb7bde4614c109dcfbbdee8dbf6f6ac5ad91c7f87415c32271efb8ef852a',
    inputs: [{ name: 'skin', shape: [3, 112, 112] }],
    outputs: [{ name: 'photograph_logit', shape: [1], meaning: 'Positive speaks for a photograph.' }],
  },
  template: {
    kind: 'own',
    licence: 'Apache-2.0',
    measures: 'Nothing new: keeps 128 directions of what face-recognition says; recipe in training/match.',
    file: 'models/template.onnx',
    sha256: 'd2c80c0cb397c4fac6b42758e1d9a664194a54d739db7ca2b7b4fa2dd5165605',
    inputs: [
      // Output of face-recognition.
      { name: 'features', shape: [512] },
    ],
    outputs: [{ name: 'template', shape: [128], meaning: 'The face template, of unit length.' }],
  },
  traits: {
    kind: 'own',
    licence: 'Apache-2.0',
    measures: 'Eyewear, covers, eyes, mouth and smile of one aligned face; recipe in training/traits.',
    file: 'models/traits.onnx',
    sha256: 'cb78528142d4e6a902641b020953c6fa66ffa9a5a51f6e028b74c793dab9d1e0',
    inputs: [
      { name: 'face', shape: [3, 112, 112] },
      // Two per face: the right eye, then the left one mirrored.
      { name: 'eyes', shape: [3, 32, 48] },
      // Fourteen numbers of the mesh, no picture.
      { name: 'geometry', shape: [14, 1, 1] },
    ],
    outputs: [
      { name: 'eyewear', shape: [3], meaning: 'Logits of none, glasses, sunglasses.' },
      { name: 'flags', shape: [4], meaning: 'Logits of occluded, mouth covered, mouth open, smile.' },
      { name: 'open', shape: [2], meaning: 'Logits of an open eye: right, left.' },
    ],
  },
} as const satisfies Record<string, Net>

export type NetName = keyof typeof catalogue

export const netNames = Object.keys(catalogue) as NetName[]
