/** Browsers accept these characters as the dot in a host name. */
const dots = '.。．｡';
const dotInsideWord = new RegExp(`(?<=[\\p{L}\\p{N}\\-])([${dots}])(?=\\p{L})`, 'gu');

/**
 * Inserts spaces, so that the text contains no link: `https: //`, `evil. example`. Programs that show notifications turn
 * addresses into links, and a link that another person wrote must not be clickable.
 */
export const withoutLinks = (text: string): string =>
  text
    .replaceAll(/:(?=[/\\／＼]{2})/g, ': ')
    .replaceAll(dotInsideWord, '$1 ')
    .replaceAll('@', ' @ ');
