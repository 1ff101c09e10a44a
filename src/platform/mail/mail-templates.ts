import { Injectable } from '@nestjs/common';
import type { Language } from '../texts/languages';
import type { TextValues } from '../texts/texts';
import type { MailPriority } from './mail.lists';

/** The texts of a mail in one language. Each is an ICU message with the values of the row. */
interface MailTexts {
  subject: string;
  paragraphs: readonly string[];
  /** The label of the button. Required if the template has an `actionUrl`. */
  action?: string;
}

/** A kind of mail. The module whose mail it is registers it, and rows refer to it by name. */
export interface MailTemplate {
  /** `module.noun`. Rows hold it, so it never changes. */
  name: string;
  priority: MailPriority;
  texts: Record<Language, MailTexts>;
  /** The address that the button opens. It is computed when the mail is sent, so that no token is stored. */
  actionUrl?(values: TextValues): string | undefined;
  /** If it is set, the recipient can unsubscribe from the mails of this topic: at most 50 lower-case letters, digits or `_`. */
  topic?: string | ((values: TextValues) => string);
}

/** The kinds of mail that modules have registered. */
@Injectable()
export class MailTemplates {
  private readonly templates = new Map<string, MailTemplate>();

  register(...templates: readonly MailTemplate[]): void {
    for (const template of templates) {
      if (this.templates.has(template.name)) throw new Error(`Two mail templates are named ${template.name}`);
      this.templates.set(template.name, template);
    }
  }

  /** @throws Error */
  get(name: string): MailTemplate {
    const template = this.templates.get(name);
    if (!template) throw new Error(`There is no mail template ${name}`);
    return template;
  }

  get all(): MailTemplate[] {
    return [...this.templates.values()];
  }
}
