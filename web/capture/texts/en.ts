/** Every sentence of the capture page in English; the other languages have the same names. */
export const en = {
  language: 'Language',
  title: 'Face check',
  welcome: {
    heading: 'A short face check',
    body: 'Your camera takes a picture of you looking ahead, then one for each of a few small movements. It takes about a minute.',
    tips: [
      'Find an even light, with no window behind you.',
      'Take off sunglasses, a cap or a mask.',
      'Be alone in the picture.',
    ],
    privacy: 'The pictures go only to the service that sent you this link.',
    start: 'Start the camera',
    agree: 'I have read this and agree.',
    agreeFirst: 'Tick the box to go on.',
  },
  loading: 'One moment, the camera and the guide are starting.',
  cameraRefused: {
    heading: 'The camera is not allowed',
    body: 'Allow the camera for this page: press the camera or lock sign beside the address, choose Allow, then try again.',
  },
  cameraNone: {
    heading: 'No camera was found',
    body: 'Connect a camera or switch it on, then try again.',
  },
  cameraBusy: {
    heading: 'The camera is in use',
    body: 'Another program or page uses the camera. Close it, then try again.',
  },
  cameraInsecure: {
    heading: 'The camera needs a secure address',
    body: 'Browsers give the camera only to addresses that begin with https. Ask the service that sent you the link.',
  },
  cameraDoubted: {
    heading: 'The camera was not accepted',
    body: 'Use the camera of this device itself, with no program between it and this page, then try again.',
  },
  lost: {
    heading: 'Your face is out of the picture',
    body: 'Hold the device at eye level and come back into the oval.',
    action: 'I am back',
  },
  network: {
    heading: 'No connection',
    body: 'It goes on by itself as soon as the connection is back. Nothing is lost.',
  },
  expired: {
    heading: 'The time is over',
    body: 'A check is open for a short time. Ask the service that sent you the link for a new one.',
  },
  used: {
    heading: 'This link does not work any more',
    body: 'It opens once, on one device, for a short time. Ask the service that sent it for a new one.',
  },
  broken: {
    heading: 'Something went wrong',
    body: 'The check could not go on. Nothing is lost: try again.',
  },
  passed: {
    heading: 'Done, thank you',
    body: 'The check was successful. You may close this page.',
  },
  failed: {
    heading: 'The check was not successful',
    next: 'Ask the service that sent you the link for a new one to try again.',
  },
  goBack: 'Go on',
  tryAgain: 'Try again',
  step: 'Step {step} of {count}',
  timeLeft: 'Time left',
  sending: 'Checking the picture…',
  guideLoading: 'The guide is loading: {percent} %',
  takeNow: 'Take the picture now',
  takeNowHelp: 'If the page does not see the movement, do it and press the button.',
  look: 'Look straight into the camera',
  chooseCamera: 'Choose the camera',
  camera: 'Camera {number}',
  gestures: {
    TURN_LEFT: 'Turn your head to your left',
    TURN_RIGHT: 'Turn your head to your right',
    LOOK_UP: 'Lift your chin and look up',
    SMILE: 'Smile',
    BLINK: 'Close both eyes for a second',
    OPEN_MOUTH: 'Open your mouth',
  },
  hints: {
    face: 'Bring your face into the oval',
    alone: 'Only one person may be in the picture',
    closer: 'Come closer',
    back: 'Move back a little',
    centre: 'Move to the middle',
    light: 'Find more light',
    dazzle: 'Turn away from the strong light',
    ahead: 'Look at the camera',
    less: 'A little less far',
    more: 'Go on',
    hold: 'Hold still',
  },
  failures: {
    no_photo: 'No picture arrived.',
    late: 'The time was over.',
    hasty: 'The pictures came too fast or out of order. Do one after the other, as asked.',
    no_face: 'A picture shows no face.',
    several_faces: 'Several people are in a picture.',
    unjudgeable: 'A picture was too dark, too blurred or too far off to be checked.',
    other_person: 'The pictures do not show the same person.',
    not_accepted: 'The pictures could not be accepted. Take each of them now, moving as asked.',
    gesture: 'A movement was not seen: {gesture}.',
  },
}

export type Texts = typeof en
