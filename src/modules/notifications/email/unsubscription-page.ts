import { escapeHtml } from '../../../platform/mail/escape-html';
import type { Language } from '../../../platform/texts/languages';

interface PageTexts {
  title: string;
  question: string;
  button: string;
  done: string;
}

/** `{label}` is the name of the type of notification. */
const texts: Record<'one' | 'all', Record<Language, PageTexts>> = {
  one: {
    en: {
      title: 'Unsubscribe',
      question: 'Do you want no more mails of this kind: {label}?',
      button: 'Unsubscribe',
      done: 'You get no more mails of this kind: {label}. You still find the news in the application, and you can change your choice in its settings.',
    },
    it: {
      title: 'Annulla l’iscrizione',
      question: 'Non vuoi più ricevere e-mail di questo tipo: {label}?',
      button: 'Annulla l’iscrizione',
      done: 'Non riceverai più e-mail di questo tipo: {label}. Trovi ancora le novità nell’applicazione e puoi cambiare la scelta nelle impostazioni.',
    },
  },
  all: {
    en: {
      title: 'Unsubscribe',
      question:
        'Do you want no more mails about notifications? Urgent mails about your account and your coins still come.',
      button: 'Unsubscribe',
      done: 'You get no more mails about notifications. Urgent mails about your account and your coins still come. You can change your choice in the settings of the application.',
    },
    it: {
      title: 'Annulla l’iscrizione',
      question:
        'Non vuoi più ricevere e-mail sulle notifiche? Le e-mail urgenti sul tuo account e sui tuoi TeoCoin arrivano comunque.',
      button: 'Annulla l’iscrizione',
      done: 'Non riceverai più e-mail sulle notifiche. Le e-mail urgenti sul tuo account e sui tuoi TeoCoin arrivano comunque. Puoi cambiare la scelta nelle impostazioni dell’applicazione.',
    },
  },
};

/** A page without scripts, which works in each browser. The form sends the same request as the button of a mail program (RFC 8058). */
export function unsubscriptionPage(language: Language, label: string | null, isDone: boolean): string {
  const { title, question, button, done } = texts[label === null ? 'all' : 'one'][language];
  const write = (text: string): string => escapeHtml(text.replace('{label}', () => label ?? ''));
  const form = `<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>${write(button)}</button></form>`;
  const content = isDone ? `<p>${write(done)}</p>` : `<p>${write(question)}</p>${form}`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${write(title)}</title>
</head>
<body><main><h1>${write(title)}</h1>${content}</main></body>
</html>
`;
}
