/** Browsers accept these characters as the dot in a host name. */
const dots = '.。．｡';
/** A colon before two slashes or backslashes of any kind, as in `https://`. */
const colonBeforeSlashes = /:(?=[/\\／＼]{2})/g;
const dotInsideWord = new RegExp(`(?<=[\\p{L}\\p{N}\\-])([${dots}])(?=\\p{L})`, 'gu');

/**
 * Inserts spaces, so that the text contains no link: `https: //`, `evil. example`. Programs that show notifications turn
 * addresses into links, and a link that another person wrote must not be clickable.
 */
export const withoutLinks = (text: string): string =>
  text.replaceAll(colonBeforeSlashes, ': ').replaceAll(dotInsideWord, '$1 ').replaceAll('@', ' @ ');
