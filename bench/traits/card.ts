/** The hand-written part of the traits section of MODELS.md. */
export const card = `
## Traits, age, gender and gestures

**Net**: \`models/traits.onnx\`, our own: 1.6 million weights, 3.2 MB; plain 3 x 3 convolutions over the aligned face
(112 x 112) and both eyes (48 x 32), joined with 14 numbers of the face mesh. Licence Apache-2.0. The recipe, its seeds
and every label made for it are in \`training/traits\`.

**Learned from**: LFW press pictures, half of them hand-labelled (for research, no formal licence); 1 800 faces with and
without masks from the web (origin of each unknown); bona fide frames of the PAD set; 1 000 single eyes; covers, dark
lenses and closed eyes drawn onto such faces. It has seen no UTKFace picture: that set is for non-commercial research,
so its faces, hand-labelled ones included, only measure and calibrate.

**Age and gender**: the net of @vladmandic/face-api (MIT) as it is, over the crop and its mirror image; six constants of
ours are fitted on one half of the age-gender set (UTKFace part 1) and measured on the other. Its makers trained it on
several public sets, UTKFace among them as far as is known, so expect somewhat larger errors on other pictures.

**Held out**: by person. Test people taught and tuned nothing; calibration people set the constants of
\`calibration.ts\` and the thresholds of gestures.

**Limits**: press pictures and portraits of adults, mostly. Few closed eyes (18 faces among the test people), and none
behind glare. Grimaces (pain, strain, a squint into the sun) are often called a smile. Clear or rimless glasses are
missed more often than dark frames. A microphone or a raised hand in front of the mouth counts as a cover only when it
hides a third of it. Behind dark lenses and masks, eyes and mouth are stated with little confidence, not guessed.

**Gestures** compare head pose (\`pose.ts\`) and these traits with thresholds in \`gesture.ts\`. Left and right are the
subject's own; a session can say that its pictures are mirrored.

**Not reached**: a neutral photo should satisfy no gesture in 98 of 100 cases and does in about 95. What passes wrongly
are faint smiles that a labeller called none, lips slightly apart, and a head raised by just 11 degrees. Higher
thresholds were tried on the calibration people: 0.95 for a smile frees no further neutral face there and refuses 14 %
of true smiles; 0.9 for an open mouth refuses 14 % of open ones. Blinks and raised heads are accepted less often than
in 92 of 100 cases, on so few photos (18 and 7) that this says little either way.
`
