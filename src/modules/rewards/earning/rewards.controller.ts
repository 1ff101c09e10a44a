import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Route } from '../../../platform/http/route';
import { CourseNotFound, ExerciseNotFound, LessonNotFound } from '../../courses';
import {
  LeaderboardPage,
  LeaderboardQuery,
  OwnRank,
  showLeaderboardEntry,
  type LeaderboardEntry,
} from './leaderboard.dto';
import { Leaderboard } from './leaderboard.query';
import { RewardExplanations } from './reward-explanations';
import { ExplainQuery, RewardExplanation, showExplanation } from '../rewards.dto';
import { AchievementNotFound } from '../rewards.errors';

/** Far more than there are people. A forged cursor cannot count beyond what a number holds exactly. */
const maxRank = 2 ** 40;
const leaderboardCursor = keyset('leaderboard', [z.int(), z.int(), z.int().max(maxRank)]);

@Controller()
export class RewardsController {
  constructor(
    private readonly explanations: RewardExplanations,
    private readonly leaderboard: Leaderboard,
  ) {}

  @Get('rewards/explain')
  @Route({
    summary: 'Explain why you were paid, or were not paid',
    response: RewardExplanation,
    errors: [LessonNotFound, ExerciseNotFound, CourseNotFound, AchievementNotFound],
    tag: 'Rewards',
  })
  async explainReward(
    @CurrentActor() actor: Actor,
    @Query({ schema: ExplainQuery }) query: ExplainQuery,
  ): Promise<RewardExplanation> {
    const explanation = await this.explanations.explain(actor.id, query.objectType, query.objectId);
    return showExplanation(query, explanation);
  }

  @Get('leaderboard')
  @Route({
    summary: 'List the users who have earned the most coins',
    description: 'Users with hideFromLeaderboard in their privacy settings are not listed.',
    response: LeaderboardPage,
    tag: 'Rewards',
  })
  async listLeaders(@Query({ schema: LeaderboardQuery }) query: LeaderboardQuery): Promise<Page<LeaderboardEntry>> {
    const cursor = leaderboardCursor.read(query.cursor);
    const position = cursor ? { totalEarned: cursor[0], userId: cursor[1] } : undefined;
    const lastRank = cursor ? cursor[2] : 0;
    const rows = await this.leaderboard.list(position, query.limit + 1);
    const entries = rows.map((row, index) => showLeaderboardEntry(row, lastRank + index + 1));
    return toPage(entries, query.limit, (last) => leaderboardCursor.after(last.totalEarned, last.user.id, last.rank));
  }

  @Get('me/rank')
  @Route({ summary: 'Show your place in the leaderboard', response: OwnRank, tag: 'Rewards' })
  getMyRank(@CurrentActor() actor: Actor): Promise<OwnRank> {
    return this.leaderboard.getRank(actor.id);
  }
}
