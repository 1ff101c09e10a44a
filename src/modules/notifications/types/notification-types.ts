import { Injectable } from '@nestjs/common';
import { formatText, type Reader, type TextValues } from '../../../platform/texts/texts';
import { builtInTypes } from './built-in-types';
import type { NotificationType } from './notification-type';

const typeFormat = /^[a-z][a-z0-9_]{0,49}$/;

/** A message in the language of the reader: the name of a text of the type, and its values. */
export interface LocalMessage {
  text: string;
  values?: TextValues;
}

/** The registered types of notifications. Each module registers its own types, so that this module need not change. */
@Injectable()
export class NotificationTypes {
  private readonly types = new Map<string, NotificationType>();

  constructor() {
    for (const type of builtInTypes) this.register(type);
  }

  /** @throws Error at start if the name has a wrong format or is already registered */
  register(type: NotificationType): void {
    if (!typeFormat.test(type.type))
      throw new Error(
        `The notification type ${type.type} must have 1 to 50 lower-case letters, digits or _ and begin with a letter`,
      );
    if (this.types.has(type.type)) throw new Error(`Two modules register the notification type ${type.type}`);
    this.types.set(type.type, type);
  }

  get all(): NotificationType[] {
    return [...this.types.values()];
  }

  /** @throws Error if the type is not registered, because then it has no priority and no label */
  get(type: string): NotificationType {
    const registered = this.types.get(type);
    if (!registered) throw new Error(`The notification type ${type} is not registered`);
    return registered;
  }

  find(type: string): NotificationType | undefined {
    return this.types.get(type);
  }

  /** The label of the type. For imported types and for types of a removed module, the label is made from the stored value. */
  labelOf(type: string, language: Reader['language'] = 'en'): string {
    const label = this.types.get(type)?.label;
    if (label !== undefined) return typeof label === 'string' ? label : label[language];
    const words = type.replaceAll('_', ' ').trim();
    return words.charAt(0).toUpperCase() + words.slice(1);
  }

  /** Writes a message in the language and the time zone of the reader. @throws Error if the type has no such text, or a value is missing */
  write(type: string, { text, values = {} }: LocalMessage, reader: Reader): string {
    const message = this.get(type).texts?.[text];
    if (!message) throw new Error(`The notification type ${type} has no text ${text}`);
    return formatText(message[reader.language], reader, values).trim();
  }
}
