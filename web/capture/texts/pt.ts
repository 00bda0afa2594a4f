/** The capture page in Portuguese. Not read by a native speaker. */
import type { Texts } from './en.ts'

export const pt: Texts = {
  language: 'Idioma',
  title: 'Verificação facial',
  welcome: {
    heading: 'Uma breve verificação facial',
    body: 'A câmera tira uma foto sua olhando para a frente e depois uma para cada um de alguns pequenos movimentos. Leva cerca de um minuto.',
    tips: [
      'Procure uma luz uniforme, sem janela atrás de você.',
      'Tire os óculos de sol, o boné ou a máscara.',
      'Fique sem mais ninguém na imagem.',
    ],
    privacy: 'As fotos são enviadas somente ao serviço que lhe enviou este link.',
    start: 'Iniciar a câmera',
    agree: 'Li este texto e concordo.',
    agreeFirst: 'Marque a caixa para continuar.',
  },
  loading: 'Um momento, a câmera e o guia estão iniciando.',
  cameraRefused: {
    heading: 'A câmera não está permitida',
    body: 'Permita a câmera nesta página: toque no ícone da câmera ou do cadeado ao lado do endereço, escolha Permitir e tente novamente.',
  },
  cameraNone: {
    heading: 'Nenhuma câmera encontrada',
    body: 'Conecte ou ligue uma câmera e tente novamente.',
  },
  cameraBusy: {
    heading: 'A câmera está em uso',
    body: 'Outro programa ou outra página está usando a câmera. Feche-o e tente novamente.',
  },
  cameraInsecure: {
    heading: 'A câmera precisa de um endereço seguro',
    body: 'Os navegadores só liberam a câmera para endereços que começam com https. Pergunte ao serviço que lhe enviou o link.',
  },
  cameraDoubted: {
    heading: 'A câmera não foi aceita',
    body: 'Use a câmera deste próprio aparelho, sem nenhum programa entre ela e esta página, e tente novamente.',
  },
  lost: {
    heading: 'Seu rosto está fora da imagem',
    body: 'Segure o aparelho na altura dos olhos e volte para o oval.',
    action: 'Já voltei',
  },
  network: {
    heading: 'Sem conexão',
    body: 'Continua por si só assim que a conexão voltar. Nada se perde.',
  },
  expired: {
    heading: 'O tempo acabou',
    body: 'A verificação fica aberta por pouco tempo. Peça um novo link ao serviço que o enviou.',
  },
  used: {
    heading: 'Este link não funciona mais',
    body: 'Ele abre uma única vez, em um só aparelho e por pouco tempo. Peça um novo ao serviço que o enviou.',
  },
  broken: {
    heading: 'Algo deu errado',
    body: 'A verificação não pôde continuar. Nada se perdeu: tente novamente.',
  },
  passed: {
    heading: 'Pronto, obrigado',
    body: 'A verificação foi bem-sucedida. Você pode fechar esta página.',
  },
  failed: {
    heading: 'A verificação não foi bem-sucedida',
    next: 'Para tentar de novo, peça um novo link ao serviço que o enviou.',
  },
  goBack: 'Continuar',
  tryAgain: 'Tentar novamente',
  step: 'Etapa {step} de {count}',
  timeLeft: 'Tempo restante',
  sending: 'Verificando a foto…',
  guideLoading: 'Carregando o guia: {percent} %',
  takeNow: 'Tirar a foto agora',
  takeNowHelp: 'Se a página não reconhecer o movimento, faça-o e toque no botão.',
  look: 'Olhe diretamente para a câmera',
  chooseCamera: 'Escolher a câmera',
  camera: 'Câmera {number}',
  gestures: {
    TURN_LEFT: 'Vire a cabeça para a sua esquerda',
    TURN_RIGHT: 'Vire a cabeça para a sua direita',
    LOOK_UP: 'Levante o queixo e olhe para cima',
    SMILE: 'Sorria',
    BLINK: 'Feche os dois olhos por um segundo',
    OPEN_MOUTH: 'Abra a boca',
  },
  hints: {
    face: 'Coloque o rosto dentro do oval',
    alone: 'Só pode haver uma pessoa na imagem',
    closer: 'Aproxime-se',
    back: 'Afaste-se um pouco',
    centre: 'Vá para o centro',
    light: 'Procure mais luz',
    dazzle: 'Afaste-se da luz forte',
    ahead: 'Olhe para a câmera',
    less: 'Um pouco menos',
    more: 'Um pouco mais',
    hold: 'Não se mexa',
  },
  failures: {
    no_photo: 'Nenhuma foto chegou.',
    late: 'O tempo havia acabado.',
    hasty: 'As fotos chegaram rápido demais ou fora de ordem. Faça uma depois da outra, como pedido.',
    no_face: 'Uma foto não mostra nenhum rosto.',
    several_faces: 'Há várias pessoas em uma foto.',
    unjudgeable: 'Uma foto estava escura, borrada ou distante demais para ser verificada.',
    other_person: 'As fotos não mostram a mesma pessoa.',
    not_accepted: 'As fotos não puderam ser aceitas. Tire cada uma agora, fazendo o movimento pedido.',
    gesture: 'Um movimento não foi visto: {gesture}.',
  },
}
