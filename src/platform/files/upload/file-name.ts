const maxLength = 150;
/** Characters that change how a name is read: control characters, directions of text, and what paths and headers use. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\/:*?"<>|]/gu;

/** The name that a person gave the file, as it may be shown and used for a download. */
export function cleanFileName(name: string | undefined): string {
  const last = (name ?? '').toWellFormed().split(/[\\/]/).at(-1)!;
  const cleaned = last
    .replace(unsafe, '')
    .replace(/^[.\s]+/, '')
    .trim();
  return Array.from(cleaned).slice(0, maxLength).join('').slice(0, maxLength) || 'file';
}
