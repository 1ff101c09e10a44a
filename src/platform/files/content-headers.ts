import type { FileContent } from './file-contents';
import type { StoredVariant } from './stored-file.entity';

/** A browser that opens the address as a page gets one that can do nothing, in an origin of its own. */
const policy =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const etagOf = ({ sha256 }: StoredVariant): string => `"${sha256.slice(0, 32)}"`;

export const isUnchanged = (header: string | undefined, object: StoredVariant): boolean =>
  header !== undefined && header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etagOf(object));

/** Pictures and videos. A browser saves everything else as a file. */
const isShown = ({ type, width }: StoredVariant): boolean => width !== null || type.startsWith('video/');

/** Pages of other origins may show the file, because the front end is on one, and the address is a secret. */
export function headersOf({ object, fileName, range }: FileContent, lifetimeSeconds: number): Record<string, string> {
  const disposition = isShown(object) ? 'inline' : 'attachment';
  return {
    'content-security-policy': policy,
    'content-disposition': `${disposition}; filename*=UTF-8''${encodeName(fileName)}`,
    'cache-control': `private, max-age=${lifetimeSeconds}, immutable`,
    'accept-ranges': 'bytes',
    etag: etagOf(object),
    ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${object.sizeBytes}` } : {}),
  };
}

/** RFC 8187. `encodeURIComponent` leaves five characters that are not allowed there. */
const encodeName = (name: string): string =>
  encodeURIComponent(name).replace(/['()*!]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
