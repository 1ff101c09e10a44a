import type { Language } from '../texts/languages';

interface FrameTexts {
  linkHint: string;
  footer: string;
  unsubscribe: string;
}

/** The texts around the content, the same in every mail. */
export const frameTexts: Record<Language, FrameTexts> = {
  en: {
    linkHint: 'If the button does not work, open this address:',
    footer: 'You get this mail because you have an account at {school}. Nobody reads answers to it.',
    unsubscribe: 'Unsubscribe from mails like this',
  },
  it: {
    linkHint: 'Se il pulsante non funziona, apri questo indirizzo:',
    footer: 'Ricevi questa e-mail perché hai un account presso {school}. Nessuno legge le risposte.',
    unsubscribe: 'Non ricevere più e-mail di questo tipo',
  },
};
