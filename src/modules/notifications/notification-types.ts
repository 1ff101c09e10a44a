import { Injectable } from '@nestjs/common';
import { builtInTypes } from './built-in-types';
import type { NotificationType } from './notification.lists';

const storable = /^[a-z][a-z0-9_]{0,49}$/;

/** The kinds of news this school knows: an open list, so that a module brings its own without opening this one. */
@Injectable()
export class NotificationTypes {
  private readonly known = new Map<string, NotificationType>();

  constructor() {
    for (const type of builtInTypes) this.register(type);
  }

  /** @throws Error at boot: a name that cannot be stored, or that somebody else has registered */
  register(type: NotificationType): void {
    if (!storable.test(type.type)) throw new Error(`Not a notification type: ${type.type}`);
    if (this.known.has(type.type)) throw new Error(`Two modules register the notification type ${type.type}`);
    this.known.set(type.type, type);
  }

  /** @throws Error for a type nobody registered: it would have no priority and no title */
  require(type: string): NotificationType {
    const known = this.known.get(type);
    if (!known) throw new Error(`Nobody has registered the notification type ${type}`);
    return known;
  }

  /** The label; plainly from the stored value where nobody registers it: imported, or its module was removed. */
  labelOf(type: string): string {
    const plain = type.replaceAll('_', ' ').trim();
    return this.known.get(type)?.label ?? plain.charAt(0).toUpperCase() + plain.slice(1);
  }
}
