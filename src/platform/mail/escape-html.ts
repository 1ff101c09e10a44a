const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

/** The lines of a paragraph stay lines. */
export const escapeLines = (paragraph: string): string => escapeHtml(paragraph).replace(/\r?\n/g, '<br />');
