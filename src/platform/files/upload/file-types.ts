import { FileTypeRefused } from '../files.errors';

const fileKinds = ['picture', 'document'] as const;
export type FileKind = (typeof fileKinds)[number];

const kindOfType: Record<string, FileKind> = {
  'image/jpeg': 'picture',
  'image/png': 'picture',
  'image/apng': 'picture',
  'image/webp': 'picture',
  'image/avif': 'picture',
  'image/gif': 'picture',
  'application/pdf': 'document',
};

const acceptedForms: Record<FileKind, string> = {
  picture: 'a picture in the form JPEG, PNG, WebP, AVIF or GIF',
  document: 'a PDF document',
};

const heicAdvice =
  'Browsers cannot show photos in the form HEIC. On an iPhone, choose Settings > Camera > Formats > Most Compatible, or share the photo as JPEG.';

/** A file is recognised by its first bytes. Its name and the type that the client claims decide nothing. */
export const headBytes = 4_100;

/** @throws FileTypeRefused */
export async function acceptedTypeOf(
  head: Buffer,
  accepted: readonly FileKind[],
): Promise<{ type: string; kind: FileKind }> {
  // The package is an ES module, so it is loaded with the first upload.
  const { fileTypeFromBuffer } = await import('file-type');
  const type = (await fileTypeFromBuffer(head))?.mime ?? '';
  const kind = kindOfType[type];
  if (kind && accepted.includes(kind)) return { type, kind };
  const isHeic = /^image\/hei[cf]/.test(type);
  throw new FileTypeRefused(isHeic ? heicAdvice : `Send ${accepted.map((each) => acceptedForms[each]).join(' or ')}.`);
}
