import { Body, Controller, Get, Patch, Post } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { FileNotUsable } from '../../../platform/files/files.errors';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { Clock } from '../../../platform/time/clock';
import { ExerciseNotFound } from '../../courses';
import { Attempts } from './attempts';
import { Attempt, AttemptChanges, showAttempt } from './attempts.dto';
import { NotEnrolled } from '../progress.errors';
import {
  answerRules,
  handInRules,
  showSubmissionWithEarnings,
  SubmissionWithEarnings,
} from '../submissions/submissions.dto';
import { AttemptFinished, AttemptNotFound, ExerciseClosed, NoAttemptsLeft } from '../submissions/submissions.errors';

@Controller()
export class AttemptsController {
  constructor(
    private readonly attempts: Attempts,
    private readonly clock: Clock,
  ) {}

  @Post('exercises/:id/attempts')
  @Route({
    summary: 'Start an attempt',
    description:
      'The attempt counts as used and its deadline is fixed. While an attempt is open, the response is that attempt.',
    tag: 'Progress',
    response: Attempt,
    status: 201,
    location: '/attempts/{id}',
    idempotent: true,
    errors: [ExerciseNotFound, NotEnrolled, ExerciseClosed, NoAttemptsLeft],
  })
  async startAttempt(@CurrentActor() actor: Actor, @Id() exerciseId: number): Promise<Attempt> {
    return showAttempt(await this.attempts.start(actor.id, exerciseId), this.clock.now());
  }

  @Get('attempts/:id')
  @Route({
    summary: 'Show my attempt',
    description: 'If the deadline has passed, the attempt is finished with the answers that were saved by then.',
    tag: 'Progress',
    response: Attempt,
    errors: [AttemptNotFound],
  })
  async getAttempt(@CurrentActor() actor: Actor, @Id() id: number): Promise<Attempt> {
    return showAttempt(await this.attempts.get(actor.id, id), this.clock.now());
  }

  @Patch('attempts/:id')
  @BodyLimit('work')
  @Route({
    summary: 'Save answers of my attempt',
    rules: answerRules,
    description:
      'Answers are saved for each question. A question that is not sent keeps its saved answer, and `null` clears it.',
    tag: 'Progress',
    response: Attempt,
    errors: [AttemptNotFound, AttemptFinished],
  })
  async saveAttempt(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: AttemptChanges }) changes: AttemptChanges,
  ): Promise<Attempt> {
    return showAttempt(await this.attempts.save(actor.id, id, changes), this.clock.now());
  }

  @Post('attempts/:id/submission')
  @BodyLimit('work')
  @Route({
    summary: 'Hand in my attempt',
    rules: handInRules,
    description: 'Hands in the saved answers together with the changes in this request.',
    tag: 'Progress',
    response: SubmissionWithEarnings,
    status: 201,
    location: '/submissions/{id}',
    idempotent: true,
    errors: [AttemptNotFound, AttemptFinished, FileNotUsable],
  })
  async handInAttempt(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: AttemptChanges }) changes: AttemptChanges,
  ): Promise<SubmissionWithEarnings> {
    const submission = await this.attempts.handIn(actor.id, id, changes);
    return showSubmissionWithEarnings(submission, this.clock.now());
  }
}
