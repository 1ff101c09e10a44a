import type { NotificationType } from './notification-type';

const coins = '{amount, plural, one {# TeoCoin} other {# TeoCoins}}';
const coinsIt = '{amount, number} TeoCoin';

/** What people are told about their coins. `urgent` is for a payment that has failed. */
export const coinTypes: readonly NotificationType[] = [
  {
    type: 'teocoin_earned',
    priority: 'low',
    label: { en: 'TeoCoins earned', it: 'TeoCoin guadagnati' },
    texts: {
      earned: {
        en: `You have earned ${coins}. {description}`,
        it: `Hai guadagnato ${coinsIt}. {description}`,
      },
    },
  },
  {
    type: 'balance_corrected',
    priority: 'high',
    label: { en: 'Your TeoCoins were corrected', it: 'I tuoi TeoCoin sono stati corretti' },
    texts: {
      taken: {
        en: `The school has taken ${coins} from your balance.{kind, select, reversal { An earlier transaction was reversed.} other {}} Reason: {reason}`,
        it: `La scuola ha tolto ${coinsIt} dal tuo saldo.{kind, select, reversal { È stata annullata una transazione precedente.} other {}} Motivo: {reason}`,
      },
      added: {
        en: `The school has added ${coins} to your balance.{kind, select, reversal { An earlier transaction was reversed.} other {}} Reason: {reason}`,
        it: `La scuola ha aggiunto ${coinsIt} al tuo saldo.{kind, select, reversal { È stata annullata una transazione precedente.} other {}} Motivo: {reason}`,
      },
    },
  },
  {
    type: 'teocoin_transfer',
    priority: 'normal',
    label: { en: 'TeoCoins received', it: 'TeoCoin ricevuti' },
    texts: {
      received: {
        en: `{sender} has given you ${coins}{hasMessage, select, yes {: “{message}”} other {.}}`,
        it: `{sender} ti ha dato ${coinsIt}{hasMessage, select, yes {: “{message}”} other {.}}`,
      },
    },
  },
  {
    type: 'deposit_credited',
    priority: 'high',
    isConfidential: true,
    label: { en: 'Deposit credited', it: 'Deposito accreditato' },
    texts: {
      credited: {
        en: `Your deposit of ${coins} was credited.`,
        it: `Il tuo deposito di ${coinsIt} è stato accreditato.`,
      },
    },
  },
  {
    type: 'withdrawal_confirmed',
    priority: 'high',
    isConfidential: true,
    label: { en: 'Withdrawal confirmed', it: 'Prelievo confermato' },
    texts: {
      confirmed: {
        en: `Your withdrawal of ${coins} has arrived at {address}.`,
        it: `Il tuo prelievo di ${coinsIt} è arrivato a {address}.`,
      },
    },
  },
  {
    type: 'withdrawal_failed',
    priority: 'urgent',
    isConfidential: true,
    label: { en: 'Withdrawal failed', it: 'Prelievo non riuscito' },
    texts: {
      failed: {
        en: `Your withdrawal of ${coins} was not paid; you have them back. {reason}`,
        it: `Il tuo prelievo di ${coinsIt} non è stato pagato; li hai di nuovo. {reason}`,
      },
    },
  },
];
