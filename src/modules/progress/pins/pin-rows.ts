import { nullable, text, type Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { PinReply } from './pin-reply.entity';
import { Pin } from './pin.entity';

const authorShape = { username: nullable(text), firstName: nullable(text), lastName: nullable(text) };
const authorColumns = 'u.username, u.first_name AS "firstName", u.last_name AS "lastName"';
const pin = columnsOf(Pin);
const reply = columnsOf(PinReply);

/** With the names of the author, whose row in `users_user` is u. */
export const pinShape = { ...pin.shape, ...authorShape };
export const pinColumns = `${pin.columns('p')}, ${authorColumns}`;
export const replyShape = { ...reply.shape, ...authorShape };
export const replyColumns = `${reply.columns('r')}, ${authorColumns}`;
export type PinRow = Row<typeof pinShape>;
export type ReplyRow = Row<typeof replyShape>;
