import type { MailTemplate } from '../../../platform/mail/mail-templates';

type Texts = MailTemplate['texts'];

/** The texts of the mails about accounts. They are ICU messages; `{at, date, moment}` is in the time zone of the reader. */
export const accountMailTexts = {
  'users.email-verification': {
    en: {
      subject: 'Verify your address',
      paragraphs: [
        'Welcome, {username}. Please show that this address is yours. Until then you can learn and earn TeoCoins, but you cannot send or withdraw them.',
        'The link works until {expiresAt, date, moment}. If you did not register, ignore this mail.',
      ],
      action: 'Verify my address',
    },
    it: {
      subject: 'Verifica il tuo indirizzo',
      paragraphs: [
        'Benvenuto, {username}. Conferma che questo indirizzo è tuo. Fino ad allora puoi imparare e guadagnare TeoCoin, ma non inviarli né prelevarli.',
        'Il link è valido fino al {expiresAt, date, moment}. Se non ti sei registrato, ignora questa e-mail.',
      ],
      action: 'Verifica il mio indirizzo',
    },
  },
  'users.email-change': {
    en: {
      subject: 'Confirm your new address',
      paragraphs: [
        '{username}, you asked to use this address for your account. It is changed when you confirm it.',
        'The link works until {expiresAt, date, moment}. If you did not ask for it, ignore this mail.',
      ],
      action: 'Use this address',
    },
    it: {
      subject: 'Conferma il tuo nuovo indirizzo',
      paragraphs: [
        '{username}, hai chiesto di usare questo indirizzo per il tuo account. Cambierà quando lo confermi.',
        'Il link è valido fino al {expiresAt, date, moment}. Se non l’hai chiesto tu, ignora questa e-mail.',
      ],
      action: 'Usa questo indirizzo',
    },
  },
  'users.email-change-requested': {
    en: {
      subject: 'Your address is about to change',
      paragraphs: [
        'Somebody who knows your password asked to change the address of your account to {newEmail}. It changes when the new address is confirmed.',
        'If it was not you, change your password now. This also cancels the change.',
      ],
    },
    it: {
      subject: 'Il tuo indirizzo sta per cambiare',
      paragraphs: [
        'Qualcuno che conosce la tua password ha chiesto di cambiare l’indirizzo del tuo account in {newEmail}. Cambierà quando il nuovo indirizzo sarà confermato.',
        'Se non sei stato tu, cambia subito la password. Questo annulla anche la modifica.',
      ],
    },
  },
  'users.email-changed': {
    en: {
      subject: 'Your address was changed',
      paragraphs: [
        'The address of your account is now {newEmail}. This address gets no more mails from us.',
        'If it was not you, ask an administrator of your school for help at once.',
      ],
    },
    it: {
      subject: 'Il tuo indirizzo è cambiato',
      paragraphs: [
        'L’indirizzo del tuo account ora è {newEmail}. Questo indirizzo non riceverà altre e-mail da noi.',
        'Se non sei stato tu, chiedi subito aiuto a un amministratore della tua scuola.',
      ],
    },
  },
  'users.password-reset': {
    en: {
      subject: 'Set a new password',
      paragraphs: [
        'Somebody, probably you, has forgotten the password of {username}. The link works once, until {expiresAt, date, moment}.',
        'All sessions will end, and TeoCoins cannot leave the account for 24 hours. If you did not ask for it, ignore this mail: nothing changes.',
      ],
      action: 'Set a new password',
    },
    it: {
      subject: 'Imposta una nuova password',
      paragraphs: [
        'Qualcuno, probabilmente tu, ha dimenticato la password di {username}. Il link è valido una sola volta, fino al {expiresAt, date, moment}.',
        'Tutte le sessioni finiranno e per 24 ore i TeoCoin non potranno lasciare l’account. Se non l’hai chiesto tu, ignora questa e-mail: non cambia nulla.',
      ],
      action: 'Imposta una nuova password',
    },
  },
  'users.password-changed': {
    en: {
      subject: 'Your password was changed',
      paragraphs: [
        'If it was not you, set a new one with “forgotten password”, or ask an administrator of your school.',
      ],
    },
    it: {
      subject: 'La tua password è cambiata',
      paragraphs: [
        'Se non sei stato tu, impostane una nuova con “password dimenticata” o chiedi a un amministratore della tua scuola.',
      ],
    },
  },
  'users.password-was-reset': {
    en: {
      subject: 'Your password was reset',
      paragraphs: [
        'Your password was set with a one-time link, and all sessions were ended. TeoCoins cannot be sent or withdrawn from your account until {heldUntil, date, moment}.',
        'If it was not you, ask an administrator of your school for help at once.',
      ],
    },
    it: {
      subject: 'La tua password è stata reimpostata',
      paragraphs: [
        'La tua password è stata impostata con un link valido una sola volta e tutte le sessioni sono finite. I TeoCoin non possono lasciare il tuo account fino al {heldUntil, date, moment}.',
        'Se non sei stato tu, chiedi subito aiuto a un amministratore della tua scuola.',
      ],
    },
  },
  'users.password-reset-created': {
    en: {
      subject: 'A link to set your password was created',
      paragraphs: [
        '{creator, select, admin {An administrator} other {An operator of the school}} created a link to set a new password for your account. If you did not ask for it, tell your school.',
      ],
    },
    it: {
      subject: 'È stato creato un link per la tua password',
      paragraphs: [
        '{creator, select, admin {Un amministratore} other {Un operatore della scuola}} ha creato un link per impostare una nuova password del tuo account. Se non l’hai chiesto tu, avvisa la tua scuola.',
      ],
    },
  },
  'users.password-guessed': {
    en: {
      subject: 'Somebody tries to guess your password',
      paragraphs: [
        'There were {failureCount, plural, one {# wrong password} other {# wrong passwords}} for your account. Nobody got in. If it was not you, make sure that your password is long and that you use it nowhere else.',
      ],
    },
    it: {
      subject: 'Qualcuno cerca di indovinare la tua password',
      paragraphs: [
        'Per il tuo account {failureCount, plural, one {c’è stata # password errata} other {ci sono state # password errate}}. Nessuno è entrato. Se non sei stato tu, assicurati che la tua password sia lunga e che non la usi altrove.',
      ],
    },
  },
  'users.session-ended': {
    en: {
      subject: 'We ended one of your sessions',
      paragraphs: [
        'An old sign-in token of one of your sessions was used again, so somebody may have copied it. We ended that session. If in doubt, change your password.',
      ],
    },
    it: {
      subject: 'Abbiamo chiuso una delle tue sessioni',
      paragraphs: [
        'Un vecchio codice di accesso di una delle tue sessioni è stato usato di nuovo, quindi qualcuno potrebbe averlo copiato. Abbiamo chiuso quella sessione. Nel dubbio, cambia la password.',
      ],
    },
  },
  'users.new-device': {
    en: {
      subject: 'New sign-in to your account',
      paragraphs: [
        'On {at, date, moment} somebody signed in from a device or a place that we have not seen before: {device}, address {address}.',
        'If it was not you, change your password now. This ends all other sessions.',
      ],
    },
    it: {
      subject: 'Nuovo accesso al tuo account',
      paragraphs: [
        'Il {at, date, moment} qualcuno è entrato da un dispositivo o da un luogo mai visto prima: {device}, indirizzo {address}.',
        'Se non sei stato tu, cambia subito la password. Questo chiude tutte le altre sessioni.',
      ],
    },
  },
  'users.role-changed': {
    en: {
      subject: 'Your role was changed',
      paragraphs: [
        'An administrator changed your role. You are now registered as {role, select, teacher {a teacher} other {a student}}. Reason: {reason}',
      ],
    },
    it: {
      subject: 'Il tuo ruolo è cambiato',
      paragraphs: [
        'Un amministratore ha cambiato il tuo ruolo. Ora sei registrato come {role, select, teacher {insegnante} other {studente}}. Motivo: {reason}',
      ],
    },
  },
  'users.second-factor-changed': {
    en: {
      subject: 'The second factor of your account was changed',
      paragraphs: [
        '{change, select, authenticator_added {An authenticator app was added to your account. From now on you need its codes to sign in.} authenticator_removed {The authenticator app was removed from your account.} passkey_added {A passkey was added to your account. It signs in without the password.} passkey_removed {A passkey was removed from your account.} passkey_copied {A sign-in with a passkey of your account was refused, because somebody may have copied the passkey.} recovery_code_used {A recovery code of your account was used.} recovery_codes_replaced {The recovery codes of your account were replaced.} removed_by_administrator {An administrator removed the second factor of your account. All sessions were ended.} removed_by_operator {An operator of the school removed the second factor of your account. All sessions were ended.} removed_with_credentials {Your address was proven for the first time, so the second factor that was added before was removed.} other {A second factor was changed.}}',
        'If you do not know why, ask an administrator of your school for help at once.',
      ],
    },
    it: {
      subject: 'Il secondo fattore del tuo account è cambiato',
      paragraphs: [
        '{change, select, authenticator_added {Al tuo account è stata aggiunta un’app di autenticazione. D’ora in poi ti servono i suoi codici per entrare.} authenticator_removed {L’app di autenticazione è stata tolta dal tuo account.} passkey_added {Al tuo account è stata aggiunta una passkey. Permette di entrare senza password.} passkey_removed {Una passkey è stata tolta dal tuo account.} passkey_copied {Un accesso con una passkey del tuo account è stato rifiutato, perché qualcuno potrebbe averla copiata.} recovery_code_used {È stato usato un codice di recupero del tuo account.} recovery_codes_replaced {I codici di recupero del tuo account sono stati sostituiti.} removed_by_administrator {Un amministratore ha tolto il secondo fattore del tuo account. Tutte le sessioni sono finite.} removed_by_operator {Un operatore della scuola ha tolto il secondo fattore del tuo account. Tutte le sessioni sono finite.} removed_with_credentials {Il tuo indirizzo è stato confermato per la prima volta, quindi il secondo fattore aggiunto prima è stato tolto.} other {Un secondo fattore è cambiato.}}',
        'Se non sai perché, chiedi subito aiuto a un amministratore della tua scuola.',
      ],
    },
  },
  'users.codes-guessed': {
    en: {
      subject: 'Somebody tries to guess your codes',
      paragraphs: [
        'There were {failureCount, plural, one {# wrong code} other {# wrong codes}} of the second factor for your account. Nobody got in, but somebody knows your password or uses one of your sessions. If it was not you, change your password now.',
      ],
    },
    it: {
      subject: 'Qualcuno cerca di indovinare i tuoi codici',
      paragraphs: [
        'Per il tuo account {failureCount, plural, one {c’è stato # codice errato} other {ci sono stati # codici errati}} del secondo fattore. Nessuno è entrato, ma qualcuno conosce la tua password o usa una delle tue sessioni. Se non sei stato tu, cambia subito la password.',
      ],
    },
  },
  'users.export-ready': {
    en: {
      subject:
        '{status, select, ready {The copy of your data is ready} other {The copy of your data could not be made}}',
      paragraphs: [
        '{status, select, ready {Sign in and download it within seven days.} other {Write to your school.}}',
        'If you did not ask for it, change your password now.',
      ],
    },
    it: {
      subject:
        '{status, select, ready {La copia dei tuoi dati è pronta} other {Non è stato possibile creare la copia dei tuoi dati}}',
      paragraphs: [
        '{status, select, ready {Accedi e scaricala entro sette giorni.} other {Scrivi alla tua scuola.}}',
        'Se non l’hai chiesta tu, cambia subito la password.',
      ],
    },
  },
  'users.account-closed': {
    en: {
      subject: 'Your account was closed',
      paragraphs: [
        'An administrator closed your account, and all sessions were ended.{hasReason, select, yes { Reason: {reason}} other {}}',
        'If you think that this is a mistake, write to your school.',
      ],
    },
    it: {
      subject: 'Il tuo account è stato chiuso',
      paragraphs: [
        'Un amministratore ha chiuso il tuo account e tutte le sessioni sono finite.{hasReason, select, yes { Motivo: {reason}} other {}}',
        'Se pensi che sia un errore, scrivi alla tua scuola.',
      ],
    },
  },
  'users.departure-requested': {
    en: {
      subject: 'You are leaving the school',
      paragraphs: [
        'Your account was closed, as you asked. On {leavesAt, date, moment} everything personal is removed, and TeoCoins that are still yours are forfeited, also those that arrive until then.',
        'If you change your mind, or if it was not you, sign in before that time. Everything is as before then.',
      ],
    },
    it: {
      subject: 'Stai lasciando la scuola',
      paragraphs: [
        'Il tuo account è stato chiuso, come hai chiesto. Il {leavesAt, date, moment} tutti i dati personali saranno rimossi e i TeoCoin ancora tuoi andranno persi, anche quelli che arrivano nel frattempo.',
        'Se cambi idea, o se non sei stato tu, accedi prima di quel momento. Tutto tornerà come prima.',
      ],
    },
  },
  'users.departure-cancelled': {
    en: {
      subject: 'You are staying',
      paragraphs: [
        'Somebody signed in to your account, so it is not removed. If it was not you, change your password now.',
      ],
    },
    it: {
      subject: 'Resti con noi',
      paragraphs: [
        'Qualcuno è entrato nel tuo account, quindi non sarà rimosso. Se non sei stato tu, cambia subito la password.',
      ],
    },
  },
  'users.api-key-created': {
    en: {
      subject: 'An API key was created for your account',
      paragraphs: [
        'A program with this key can act in your name, within the scopes of the key. If it was not you, revoke the key and change your password.',
      ],
    },
    it: {
      subject: 'È stata creata una chiave API per il tuo account',
      paragraphs: [
        'Un programma con questa chiave può agire a tuo nome, nei limiti della chiave. Se non sei stato tu, revoca la chiave e cambia la password.',
      ],
    },
  },
} satisfies Record<string, Texts>;

export type AccountMail = keyof typeof accountMailTexts;
