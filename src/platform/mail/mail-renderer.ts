import { Injectable } from '@nestjs/common';
import { Config } from '../config/config';
import { languageOf } from '../texts/languages';
import { formatText, type TextValues } from '../texts/texts';
import { frameTexts } from './frame-texts';
import { toHtml } from './layout/message';
import type { MailRow } from './mail.entity';
import { MailTemplates, type MailTemplate } from './mail-templates';
import { toText, type MessageContent } from './message-content';
import { UnsubscribeLinks } from './unsubscribe-links';

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
  /** Additional headers, such as those of RFC 8058 for mails that can be unsubscribed. */
  headers: Record<string, string>;
}

type Renderable = Pick<MailRow, 'template' | 'personId' | 'language' | 'timezone' | 'textValues'>;

/** Writes the text of a mail when it is sent, in the language and the time zone of the recipient. */
@Injectable()
export class MailRenderer {
  constructor(
    private readonly config: Config,
    private readonly templates: MailTemplates,
    private readonly unsubscribeLinks: UnsubscribeLinks,
  ) {}

  /** @throws Error if the template is unknown or a value of a text is missing */
  render(mail: Renderable): RenderedMail {
    const template = this.templates.get(mail.template);
    const unsubscribeUrl = this.unsubscribeUrlOf(mail, template);
    const content = this.contentOf(mail, template, unsubscribeUrl);
    return {
      subject: content.subject,
      text: toText(content),
      html: toHtml(content),
      headers: headersOf(unsubscribeUrl),
    };
  }

  private contentOf(mail: Renderable, template: MailTemplate, unsubscribeUrl: string | null): MessageContent {
    const language = languageOf(mail.language);
    const texts = template.texts[language];
    const frame = frameTexts[language];
    const school = this.config.mailFrom.name || 'TeoArt School';
    const values: TextValues = { ...mail.textValues, school };
    const write = (message: string): string => formatText(message, { language, timezone: mail.timezone }, values);
    const subject = toOneLine(write(texts.subject));
    // A value, such as a message that a person wrote, may have several paragraphs.
    const paragraphs = texts.paragraphs.flatMap((paragraph) => write(paragraph).split(/\n{2,}/));
    const url = template.actionUrl?.(mail.textValues);
    return {
      language,
      school,
      subject,
      preview: paragraphs[0] ?? '',
      heading: subject,
      paragraphs,
      action: url === undefined ? null : { url, label: write(texts.action ?? subject), hint: frame.linkHint },
      footer: write(frame.footer),
      unsubscribe: unsubscribeUrl === null ? null : { url: unsubscribeUrl, label: frame.unsubscribe },
    };
  }

  private unsubscribeUrlOf({ personId, textValues }: Renderable, { topic }: MailTemplate): string | null {
    if (topic === undefined || personId === null) return null;
    return this.unsubscribeLinks.urlOf({ personId, topic: typeof topic === 'string' ? topic : topic(textValues) });
  }
}

/** A line break in a subject would begin another header. */
const toOneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

const headersOf = (unsubscribeUrl: string | null): Record<string, string> => ({
  // Mail programs that answer automatically do not answer such a mail (RFC 3834).
  'Auto-Submitted': 'auto-generated',
  ...(unsubscribeUrl === null
    ? {}
    : { 'List-Unsubscribe': `<${unsubscribeUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
});
