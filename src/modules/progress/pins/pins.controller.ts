import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { SubmissionNotFound } from '../submissions/submissions.errors';
import { PinThreads } from './pin-threads.query';
import { Pins } from './pins';
import { NewPin, NewPinReply, Pin, Pins as ShownPins } from './pins.dto';
import { PinHasReplies, PinNotFound, TooManyPins, TooManyReplies } from './pins.errors';

const access = 'the student, the teacher of the course and administrators';
const heldNote = 'While the grades of the exercise are held, the student sees only what they wrote themselves.';

@Controller()
export class PinsController {
  constructor(
    private readonly pins: Pins,
    private readonly threads: PinThreads,
  ) {}

  @Get('submissions/:id/pins')
  @Route({
    summary: 'List the pins of a submission with their replies',
    access,
    description: `By picture, the oldest first. All pins are in one answer, at most 200. ${heldNote}`,
    tag: 'Progress',
    response: ShownPins,
    errors: [SubmissionNotFound],
  })
  async listPins(@CurrentActor() actor: Actor, @Id() id: number): Promise<ShownPins> {
    return { data: await this.threads.list(actor, id) };
  }

  @Post('submissions/:id/pins')
  @BodyLimit('long')
  @Route({
    summary: 'Pin a remark to a place of a picture',
    rules: {
      artwork_of_submission: 'The picture belongs to this submission.',
      criterion_of_rubric: 'The criterion belongs to the rubric of the exercise.',
    },
    access,
    description: `The other side is notified, once until the notification is read. ${heldNote}`,
    tag: 'Progress',
    response: Pin,
    status: 201,
    location: '/pins/{id}',
    idempotent: true,
    errors: [SubmissionNotFound, TooManyPins],
  })
  addPin(@CurrentActor() actor: Actor, @Id() id: number, @Body({ schema: NewPin }) pin: NewPin): Promise<Pin> {
    return this.pins.add(actor, id, pin);
  }

  @Post('pins/:id/replies')
  @BodyLimit('long')
  @Route({
    summary: 'Reply to a pin',
    access,
    tag: 'Progress',
    response: Pin,
    status: 201,
    location: '/pins/{id}',
    idempotent: true,
    errors: [PinNotFound, TooManyReplies],
  })
  replyToPin(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: NewPinReply }) { text }: NewPinReply,
  ): Promise<Pin> {
    return this.pins.reply(actor, id, text);
  }

  @Put('pins/:id/resolution')
  @Route({ summary: 'Mark a pin as resolved', access, tag: 'Progress', response: Pin, errors: [PinNotFound] })
  resolvePin(@CurrentActor() actor: Actor, @Id() id: number): Promise<Pin> {
    return this.pins.setResolved(actor, id, true);
  }

  @Delete('pins/:id/resolution')
  @Route({ summary: 'Open a resolved pin again', access, tag: 'Progress', response: Pin, errors: [PinNotFound] })
  reopenPin(@CurrentActor() actor: Actor, @Id() id: number): Promise<Pin> {
    return this.pins.setResolved(actor, id, false);
  }

  @Delete('pins/:id')
  @Route({
    summary: 'Delete my pin',
    access: 'its author, while nobody has replied',
    tag: 'Progress',
    resource: 'pin',
    errors: [PinNotFound, Forbidden, PinHasReplies],
  })
  deletePin(@CurrentActor() actor: Actor, @Id() id: number): Promise<void> {
    return this.pins.remove(actor, id);
  }
}
