/** What a browser takes for a dot in a host name: a full stop, in any width. */
const dots = '.。．｡';
const insideWord = new RegExp(`(?<=[\\p{L}\\p{N}\\-])([${dots}])(?=\\p{L})`, 'gu');

/**
 * What another person wrote, with a space in every place that makes a link of words: `https: //`, `evil. example`. Programs that
 * show a notification look for addresses in it; a stranger's must not become something to click.
 */
export const withoutLinks = (text: string): string =>
  text
    .replaceAll(/:(?=[/\\／＼]{2})/g, ': ')
    .replaceAll(insideWord, '$1 ')
    .replaceAll('@', ' @ ');
