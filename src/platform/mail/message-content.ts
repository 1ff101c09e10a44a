/** The content of a mail, as plain text, for the HTML layout and for the text part. */
export interface MessageContent {
  language: string;
  school: string;
  subject: string;
  /** What a mail program shows beside the subject in its list. */
  preview: string;
  heading: string;
  paragraphs: readonly string[];
  action: { url: string; label: string; hint: string } | null;
  footer: string;
  unsubscribe: { url: string; label: string } | null;
}

/** The text part. */
export function toText({ heading, paragraphs, action, footer, unsubscribe }: MessageContent): string {
  const parts = [heading, ...paragraphs];
  if (action) parts.push(`${action.label}:\n${action.url}`);
  parts.push(`-- \n${footer}`);
  if (unsubscribe) parts.push(`${unsubscribe.label}: ${unsubscribe.url}`);
  return `${parts.join('\n\n')}\n`;
}
