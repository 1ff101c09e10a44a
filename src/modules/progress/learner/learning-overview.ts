import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { EnrollmentLists } from '../enrollment/enrollment-lists.query';
import { MyEnrollment, showMyEnrollment } from '../progress.dto';
import { SubmissionLists } from '../submissions/submission-lists.query';
import { showSubmissionSummary, SubmissionSummary } from '../submissions/submissions.dto';

const maxItems = 10;

/** What a person learns, as an administrator sees it, as the members of a larger response. */
export const LearningOverview = {
  enrollments: z.array(MyEnrollment).meta({ description: `The newest ${maxItems} enrolments with their progress` }),
  submissions: z.array(SubmissionSummary).meta({ description: `The newest ${maxItems} submissions` }),
};
type Overview = z.output<z.ZodObject<typeof LearningOverview>>;

@Injectable()
export class LearningOverviews {
  constructor(
    private readonly enrollmentLists: EnrollmentLists,
    private readonly submissionLists: SubmissionLists,
  ) {}

  async get(userId: number): Promise<Overview> {
    const enrollments = await this.enrollmentLists.listOfStudent(userId, { count: maxItems });
    const submissions = await this.submissionLists.listOfStudent(userId, {}, { count: maxItems });
    return { enrollments: enrollments.map(showMyEnrollment), submissions: submissions.map(showSubmissionSummary) };
  }
}
