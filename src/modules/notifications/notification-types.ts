import { Injectable } from '@nestjs/common';
import { builtInTypes } from './built-in-types';
import type { NotificationType } from './notification.lists';

const typeFormat = /^[a-z][a-z0-9_]{0,49}$/;

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

  isRegistered(type: string): boolean {
    return this.types.has(type);
  }

  /** @throws Error if the type is not registered, because then it has no priority and no label */
  get(type: string): NotificationType {
    const registered = this.types.get(type);
    if (!registered) throw new Error(`The notification type ${type} is not registered`);
    return registered;
  }

  /** The label of the type. For imported types and for types of a removed module, the label is made from the stored value. */
  labelOf(type: string): string {
    const registered = this.types.get(type);
    if (registered) return registered.label;
    const words = type.replaceAll('_', ' ').trim();
    return words.charAt(0).toUpperCase() + words.slice(1);
  }
}
