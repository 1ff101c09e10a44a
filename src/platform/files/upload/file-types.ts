import { FileTypeRefused } from '../files.errors';

export const fileKinds = ['picture', 'document', 'video', 'archive'] as const;
export type FileKind = (typeof fileKinds)[number];

/** Files of these kinds can be too large for one request. */
export const isLargeKind = (kind: FileKind): boolean => kind === 'video' || kind === 'archive';

const kindOfType: Record<string, FileKind> = {
  'image/jpeg': 'picture',
  'image/png': 'picture',
  'image/apng': 'picture',
  'image/webp': 'picture',
  'image/avif': 'picture',
  'image/gif': 'picture',
  'application/pdf': 'document',
  'video/mp4': 'video',
  'video/webm': 'video',
  'video/quicktime': 'video',
  'application/zip': 'archive',
};

const acceptedForms: Record<FileKind, string> = {
  picture: 'a picture in the form JPEG, PNG, WebP, AVIF or GIF',
  document: 'a PDF document',
  video: 'a video in the form MP4, WebM or MOV',
  archive: 'a ZIP archive',
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
