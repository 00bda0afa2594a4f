/** The capture page in French. Not read by a native speaker. */
import type { Texts } from './en.ts'

export const fr: Texts = {
  language: 'Langue',
  title: 'Vérification du visage',
  welcome: {
    heading: 'Une courte vérification du visage',
    body: 'La caméra prend une photo de vous de face, puis une pour chacun de quelques petits mouvements. Cela dure environ une minute.',
    tips: [
      'Choisissez une lumière uniforme, sans fenêtre derrière vous.',
      'Retirez lunettes de soleil, casquette ou masque.',
      'Apparaissez sans personne d’autre sur l’image.',
    ],
    privacy: 'Les photos ne sont envoyées qu’au service qui vous a transmis ce lien.',
    start: 'Démarrer la caméra',
    agree: 'J’ai lu ce texte et je suis d’accord.',
    agreeFirst: 'Cochez la case pour continuer.',
  },
  loading: 'Un instant, la caméra et le guide démarrent.',
  cameraRefused: {
    heading: 'La caméra n’est pas autorisée',
    body: 'Autorisez la caméra pour cette page : touchez l’icône de caméra ou de cadenas à côté de l’adresse, choisissez Autoriser, puis réessayez.',
  },
  cameraNone: {
    heading: 'Aucune caméra trouvée',
    body: 'Branchez ou allumez une caméra, puis réessayez.',
  },
  cameraBusy: {
    heading: 'La caméra est déjà utilisée',
    body: 'Un autre programme ou une autre page utilise la caméra. Fermez-le, puis réessayez.',
  },
  cameraInsecure: {
    heading: 'La caméra exige une adresse sécurisée',
    body: 'Les navigateurs ne donnent accès à la caméra qu’aux adresses commençant par https. Adressez-vous au service qui vous a envoyé le lien.',
  },
  cameraDoubted: {
    heading: 'La caméra n’a pas été acceptée',
    body: 'Utilisez la caméra de cet appareil, sans aucun programme entre elle et cette page, puis réessayez.',
  },
  lost: {
    heading: 'Votre visage est hors de l’image',
    body: 'Tenez l’appareil à hauteur des yeux et revenez dans l’ovale.',
    action: 'Je suis de retour',
  },
  network: {
    heading: 'Pas de connexion',
    body: 'La suite se fait d’elle-même dès que la connexion revient. Rien n’est perdu.',
  },
  expired: {
    heading: 'Le temps est écoulé',
    body: 'Une vérification n’est ouverte que peu de temps. Demandez un nouveau lien au service qui vous l’a envoyé.',
  },
  used: {
    heading: 'Ce lien ne fonctionne plus',
    body: 'Il s’ouvre une seule fois, sur un seul appareil, pendant peu de temps. Demandez-en un nouveau au service qui l’a envoyé.',
  },
  broken: {
    heading: 'Un problème est survenu',
    body: 'La vérification n’a pas pu continuer. Rien n’est perdu : réessayez.',
  },
  passed: {
    heading: 'C’est fait, merci',
    body: 'La vérification a réussi. Vous pouvez fermer cette page.',
  },
  failed: {
    heading: 'La vérification n’a pas réussi',
    next: 'Pour réessayer, demandez un nouveau lien au service qui vous l’a envoyé.',
  },
  goBack: 'Continuer',
  tryAgain: 'Réessayer',
  step: 'Étape {step} sur {count}',
  timeLeft: 'Temps restant',
  sending: 'Vérification de la photo…',
  guideLoading: 'Chargement du guide : {percent} %',
  takeNow: 'Prendre la photo maintenant',
  takeNowHelp: 'Si la page ne voit pas le mouvement, faites-le et appuyez sur le bouton.',
  look: 'Regardez droit vers la caméra',
  chooseCamera: 'Choisir la caméra',
  camera: 'Caméra {number}',
  sound: 'Son et vibration',
  toneTells: 'Un son indique quand c’est fait.',
  gestures: {
    TURN_LEFT: 'Tournez la tête vers votre gauche',
    TURN_RIGHT: 'Tournez la tête vers votre droite',
    LOOK_UP: 'Levez le menton et regardez vers le haut',
    SMILE: 'Souriez',
    BLINK: 'Fermez les deux yeux pendant une seconde',
    OPEN_MOUTH: 'Ouvrez la bouche',
  },
  hints: {
    face: 'Placez votre visage dans l’ovale',
    alone: 'Une seule personne doit être sur l’image',
    closer: 'Approchez-vous',
    back: 'Reculez un peu',
    centre: 'Placez-vous au milieu',
    light: 'Cherchez plus de lumière',
    dazzle: 'Éloignez-vous de la lumière vive',
    ahead: 'Regardez la caméra',
    less: 'Un peu moins',
    more: 'Encore un peu',
    hold: 'Ne bougez plus',
  },
  failures: {
    no_photo: 'Aucune photo n’est arrivée.',
    late: 'Le temps était écoulé.',
    hasty:
      'Les photos sont arrivées trop vite ou dans le désordre. Faites-les l’une après l’autre, comme demandé.',
    no_face: 'Une photo ne montre aucun visage.',
    several_faces: 'Plusieurs personnes sont sur une photo.',
    unjudgeable: 'Une photo était trop sombre, trop floue ou prise de trop loin pour être vérifiée.',
    other_person: 'Les photos ne montrent pas la même personne.',
    not_accepted:
      'Les photos n’ont pas pu être acceptées. Prenez chacune maintenant, en faisant le mouvement demandé.',
    gesture: 'Un mouvement n’a pas été vu : {gesture}.',
  },
}
