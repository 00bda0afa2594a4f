/** The capture page in Spanish. Not read by a native speaker. */
import type { Texts } from './en.ts'

export const es: Texts = {
  language: 'Idioma',
  title: 'Verificación facial',
  welcome: {
    heading: 'Una breve verificación facial',
    body: 'La cámara le toma una foto mirando al frente y después una por cada uno de unos pequeños movimientos. Dura alrededor de un minuto.',
    tips: [
      'Busque una luz uniforme, sin una ventana detrás.',
      'Quítese las gafas de sol, la gorra o la mascarilla.',
      'Aparezca a solas en la imagen.',
    ],
    privacy: 'Las fotos se envían únicamente al servicio que le mandó este enlace.',
    start: 'Iniciar la cámara',
    agree: 'He leído esto y estoy de acuerdo.',
    agreeFirst: 'Marque la casilla para continuar.',
  },
  loading: 'Un momento: se están iniciando la cámara y la guía.',
  cameraRefused: {
    heading: 'La cámara no está permitida',
    body: 'Permita la cámara en esta página: pulse el icono de la cámara o del candado junto a la dirección, elija Permitir y vuelva a intentarlo.',
  },
  cameraNone: {
    heading: 'No se encontró ninguna cámara',
    body: 'Conecte o encienda una cámara y vuelva a intentarlo.',
  },
  cameraBusy: {
    heading: 'La cámara está en uso',
    body: 'Otro programa u otra página está usando la cámara. Ciérrelo y vuelva a intentarlo.',
  },
  cameraInsecure: {
    heading: 'La cámara necesita una dirección segura',
    body: 'Los navegadores solo dan acceso a la cámara a direcciones que empiezan por https. Pregunte al servicio que le envió el enlace.',
  },
  cameraDoubted: {
    heading: 'La cámara no fue aceptada',
    body: 'Use la cámara de este mismo dispositivo, sin ningún programa entre ella y esta página, y vuelva a intentarlo.',
  },
  lost: {
    heading: 'Su rostro está fuera de la imagen',
    body: 'Sostenga el dispositivo a la altura de los ojos y vuelva al óvalo.',
    action: 'Ya estoy de vuelta',
  },
  network: {
    heading: 'Sin conexión',
    body: 'Continuará sin que usted haga nada en cuanto vuelva la conexión. No se pierde nada.',
  },
  expired: {
    heading: 'Se acabó el tiempo',
    body: 'La verificación solo está abierta un tiempo breve. Pida un enlace nuevo al servicio que se lo envió.',
  },
  used: {
    heading: 'Este enlace ya no funciona',
    body: 'Se abre una sola vez, en un solo dispositivo y por poco tiempo. Pida uno nuevo al servicio que se lo envió.',
  },
  broken: {
    heading: 'Algo salió mal',
    body: 'La verificación no pudo continuar. No se ha perdido nada: vuelva a intentarlo.',
  },
  passed: {
    heading: 'Listo, gracias',
    body: 'La verificación se completó correctamente. Puede cerrar esta página.',
  },
  failed: {
    heading: 'La verificación no se superó',
    next: 'Para volver a intentarlo, pida un enlace nuevo al servicio que se lo envió.',
  },
  goBack: 'Continuar',
  tryAgain: 'Volver a intentarlo',
  step: 'Paso {step} de {count}',
  timeLeft: 'Tiempo restante',
  sending: 'Comprobando la foto…',
  guideLoading: 'Cargando la guía: {percent} %',
  takeNow: 'Tomar la foto ahora',
  takeNowHelp: 'Si la página no reconoce el movimiento, hágalo y pulse el botón.',
  look: 'Mire de frente a la cámara',
  chooseCamera: 'Elegir la cámara',
  camera: 'Cámara {number}',
  sound: 'Sonido y vibración',
  toneTells: 'Un tono avisa cuando está hecho.',
  gestures: {
    TURN_LEFT: 'Gire la cabeza hacia su izquierda',
    TURN_RIGHT: 'Gire la cabeza hacia su derecha',
    LOOK_UP: 'Levante la barbilla y mire hacia arriba',
    SMILE: 'Sonría',
    BLINK: 'Cierre los dos ojos durante un segundo',
    OPEN_MOUTH: 'Abra la boca',
  },
  hints: {
    face: 'Coloque el rostro dentro del óvalo',
    alone: 'Solo puede haber una persona en la imagen',
    closer: 'Acérquese',
    back: 'Aléjese un poco',
    centre: 'Muévase hacia el centro',
    light: 'Busque más luz',
    dazzle: 'Apártese de la luz intensa',
    ahead: 'Mire a la cámara',
    less: 'Un poco menos',
    more: 'Un poco más',
    hold: 'No se mueva',
  },
  failures: {
    no_photo: 'No llegó ninguna foto.',
    late: 'El tiempo había terminado.',
    hasty: 'Las fotos llegaron demasiado rápido o en desorden. Haga una después de otra, como se le pide.',
    no_face: 'En una foto no aparece ningún rostro.',
    several_faces: 'En una foto aparecen varias personas.',
    unjudgeable: 'Una foto era demasiado oscura, borrosa o lejana para comprobarla.',
    other_person: 'Las fotos no muestran a la misma persona.',
    not_accepted:
      'No se pudieron aceptar las fotos. Tome cada una ahora, haciendo el movimiento que se le pide.',
    gesture: 'No se vio un movimiento: {gesture}.',
  },
}
