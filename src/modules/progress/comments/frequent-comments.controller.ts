import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { FrequentCommentNotFound, TooManyFrequentComments } from '../progress.errors';
import { FrequentComments } from './frequent-comments';
import {
  FrequentComment,
  FrequentCommentChanges,
  FrequentCommentPage,
  NewFrequentComment,
  showFrequentComment,
} from './frequent-comments.dto';

@Controller('me/frequent-comments')
export class FrequentCommentsController {
  constructor(private readonly comments: FrequentComments) {}

  @Get()
  @Route({
    summary: 'List my frequent comments, the most used first',
    description: 'All comments are on one page.',
    tag: 'Me',
    response: FrequentCommentPage,
  })
  async listFrequentComments(@CurrentActor() actor: Actor): Promise<Page<FrequentComment>> {
    const comments = await this.comments.list(actor.id);
    return { data: comments.map(showFrequentComment), page: { nextCursor: null, hasMore: false } };
  }

  @Post()
  @Route({
    summary: 'Keep a comment that I write often',
    access: 'teachers and administrators',
    description: 'A grade names the comments that were used in its `frequentCommentIds`, which counts their use.',
    tag: 'Me',
    response: FrequentComment,
    status: 201,
    location: '/me/frequent-comments/{id}',
    idempotent: true,
    errors: [Forbidden, TooManyFrequentComments],
  })
  async createFrequentComment(
    @CurrentActor() actor: Actor,
    @Body({ schema: NewFrequentComment }) { text }: NewFrequentComment,
  ): Promise<FrequentComment> {
    return showFrequentComment(await this.comments.create(actor, text));
  }

  @Patch(':id')
  @Route({
    summary: 'Change one of my frequent comments',
    tag: 'Me',
    response: FrequentComment,
    errors: [FrequentCommentNotFound],
  })
  async updateFrequentComment(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: FrequentCommentChanges }) { text }: FrequentCommentChanges,
  ): Promise<FrequentComment> {
    return showFrequentComment(await this.comments.change(actor.id, id, text));
  }

  @Delete(':id')
  @Route({
    summary: 'Delete one of my frequent comments',
    tag: 'Me',
    errors: [FrequentCommentNotFound],
    resource: 'comment',
  })
  deleteFrequentComment(@CurrentActor() actor: Actor, @Id() id: number): Promise<void> {
    return this.comments.remove(actor.id, id);
  }
}
