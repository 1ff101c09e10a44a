import type { LocalText, NotificationType } from './notification-type';

const ifNotYou = {
  en: 'If it was not you, change your password and tell your school.',
  it: 'Se non sei stato tu, cambia la password e avvisa la tua scuola.',
};

/** One text for each change of a second factor. */
const factorTexts = {
  authenticator_added: {
    en: 'An authenticator app was added to your account. From now on you need its codes to sign in. If it was not you, tell your school at once.',
    it: 'Al tuo account è stata aggiunta un’app di autenticazione. D’ora in poi ti servono i suoi codici per entrare. Se non sei stato tu, avvisa subito la tua scuola.',
  },
  authenticator_removed: {
    en: `The authenticator app was removed from your account. ${ifNotYou.en}`,
    it: `L’app di autenticazione è stata tolta dal tuo account. ${ifNotYou.it}`,
  },
  passkey_added: {
    en: 'A passkey was added to your account. It signs in without the password. If it was not you, remove the passkey, change your password and tell your school.',
    it: 'Al tuo account è stata aggiunta una passkey. Permette di entrare senza password. Se non sei stato tu, togli la passkey, cambia la password e avvisa la tua scuola.',
  },
  passkey_removed: {
    en: `A passkey was removed from your account. ${ifNotYou.en}`,
    it: `Una passkey è stata tolta dal tuo account. ${ifNotYou.it}`,
  },
  passkey_copied: {
    en: 'A sign-in with a passkey of your account was refused, because somebody may have copied the passkey. Remove it and add a new one.',
    it: 'Un accesso con una passkey del tuo account è stato rifiutato, perché qualcuno potrebbe averla copiata. Toglila e aggiungine una nuova.',
  },
  recovery_code_used: {
    en: `A recovery code of your account was used. It cannot be used again. ${ifNotYou.en}`,
    it: `È stato usato un codice di recupero del tuo account. Non può essere usato di nuovo. ${ifNotYou.it}`,
  },
  recovery_codes_replaced: {
    en: `The recovery codes of your account were replaced. The old ones no longer work. ${ifNotYou.en}`,
    it: `I codici di recupero del tuo account sono stati sostituiti. I vecchi non funzionano più. ${ifNotYou.it}`,
  },
  removed_by_administrator: {
    en: 'An administrator removed the second factor of your account, and all sessions were ended. TeoCoins cannot be sent or withdrawn from your account for 24 hours.',
    it: 'Un amministratore ha tolto il secondo fattore del tuo account e tutte le sessioni sono finite. Per 24 ore i TeoCoin non possono lasciare il tuo account.',
  },
  removed_by_operator: {
    en: 'An operator of the school removed the second factor of your account, and all sessions were ended. TeoCoins cannot be sent or withdrawn from your account for 24 hours.',
    it: 'Un operatore della scuola ha tolto il secondo fattore del tuo account e tutte le sessioni sono finite. Per 24 ore i TeoCoin non possono lasciare il tuo account.',
  },
  removed_with_credentials: {
    en: 'Your address was proven for the first time. So the second factor that was added before was removed. You can add a new one.',
    it: 'Il tuo indirizzo è stato confermato per la prima volta. Perciò il secondo fattore aggiunto prima è stato tolto. Puoi aggiungerne uno nuovo.',
  },
} satisfies Record<string, LocalText>;

/** Security, and what the school announces. */
export const accountTypes: readonly NotificationType[] = [
  {
    type: 'security_alert',
    priority: 'urgent',
    label: { en: 'Security alert', it: 'Avviso di sicurezza' },
    isConfidential: true,
    texts: {
      ...factorTexts,
      passwordGuessed: {
        en: 'Somebody tried {failureCount, plural, one {# wrong password} other {# wrong passwords}} for your account. They did not get in. If it was not you, make sure that your password is long and that you use it nowhere else.',
        it: 'Qualcuno ha provato {failureCount, plural, one {# password errata} other {# password errate}} per il tuo account. Non è entrato. Se non sei stato tu, assicurati che la tua password sia lunga e che non la usi altrove.',
      },
      codesGuessed: {
        en: 'Somebody entered {failureCount, plural, one {# wrong code} other {# wrong codes}} of the second factor for your account. They did not get in, but they know your password or use one of your sessions. If it was not you, change your password.',
        it: 'Qualcuno ha inserito {failureCount, plural, one {# codice errato} other {# codici errati}} del secondo fattore per il tuo account. Non è entrato, ma conosce la tua password o usa una delle tue sessioni. Se non sei stato tu, cambia la password.',
      },
      passwordChanged: {
        en: 'Your password was changed. If it was not you, ask an administrator of your school for a link to set a new one.',
        it: 'La tua password è cambiata. Se non sei stato tu, chiedi a un amministratore della tua scuola un link per impostarne una nuova.',
      },
      resetLinkCreated: {
        en: '{creator, select, admin {An administrator} other {An operator of the school}} created a link to set a new password for your account. If you did not ask for it, tell your school.',
        it: '{creator, select, admin {Un amministratore} other {Un operatore della scuola}} ha creato un link per impostare una nuova password del tuo account. Se non l’hai chiesto tu, avvisa la tua scuola.',
      },
      passwordWasReset: {
        en: 'Your password was set with a one-time link, and all sessions were ended. TeoCoins cannot be sent or withdrawn from your account until {heldUntil, date, moment}. If it was not you, ask an administrator of your school for a new link at once.',
        it: 'La tua password è stata impostata con un link valido una sola volta e tutte le sessioni sono finite. I TeoCoin non possono lasciare il tuo account fino al {heldUntil, date, moment}. Se non sei stato tu, chiedi subito un nuovo link a un amministratore della tua scuola.',
      },
      roleChanged: {
        en: 'An administrator changed your role. You are now registered as {role, select, teacher {a teacher} other {a student}}. Reason: {reason}',
        it: 'Un amministratore ha cambiato il tuo ruolo. Ora sei registrato come {role, select, teacher {insegnante} other {studente}}. Motivo: {reason}',
      },
      sessionReused: {
        en: 'An old sign-in token of one of your sessions was used again, so we ended that session. If in doubt, change your password.',
        it: 'Un vecchio codice di accesso di una delle tue sessioni è stato usato di nuovo, quindi abbiamo chiuso quella sessione. Nel dubbio, cambia la password.',
      },
      apiKeyCreated: {
        en: 'The API key “{name}” was created for your account. If it was not you, revoke it and change your password.',
        it: 'La chiave API “{name}” è stata creata per il tuo account. Se non sei stato tu, revocala e cambia la password.',
      },
      paymentsHalted: {
        en: 'Payments are halted until you resume them: {subject}. {reason}',
        it: 'I pagamenti sono fermi finché non li riprendi: {subject}. {reason}',
      },
    },
  },
  {
    type: 'system_announcement',
    priority: 'normal',
    label: { en: 'Announcement', it: 'Annuncio' },
  },
  {
    type: 'webhook_deactivated',
    priority: 'high',
    label: { en: 'A webhook was deactivated', it: 'Un webhook è stato disattivato' },
    texts: {
      gone: {
        en: 'The webhook endpoint {endpointId, number, ::group-off} answered that it wants no more messages (410). Nothing is sent to it until an administrator activates it again.',
        it: 'L’endpoint webhook {endpointId, number, ::group-off} ha risposto che non vuole più messaggi (410). Non riceve nulla finché un amministratore non lo riattiva.',
      },
    },
  },
];
