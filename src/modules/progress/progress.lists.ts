export const submissionStates = ['pending', 'approved', 'needs_revision', 'rejected'] as const;
export type SubmissionState = (typeof submissionStates)[number];
