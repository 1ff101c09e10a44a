import type { NotificationType } from './notification.lists';

/** The types that the application itself uses. `urgent` is for money and security; `low` needs no attention. */
export const builtInTypes: readonly NotificationType[] = [
  // Kept for notifications of older versions and imported ones.
  { type: 'lesson_completed', priority: 'low', label: 'Lesson completed' },
  { type: 'course_completed', priority: 'normal', label: 'Course completed' },
  { type: 'exercise_graded', priority: 'normal', label: 'Exercise graded' },
  { type: 'resubmission_requested', priority: 'high', label: 'Please revise your work' },
  { type: 'achievement_unlocked', priority: 'normal', label: 'Achievement unlocked' },

  { type: 'course_message', priority: 'normal', label: 'Message from your course' },

  { type: 'teacher_applied', priority: 'normal', label: 'New application of a teacher' },
  { type: 'course_enrollment', priority: 'low', label: 'New student' },
  { type: 'submission_received', priority: 'normal', label: 'Work to grade' },
  { type: 'teacher_approved', priority: 'high', label: 'You may teach now' },
  { type: 'teacher_rejected', priority: 'high', label: 'You cannot teach for now' },

  { type: 'teocoin_earned', priority: 'low', label: 'TeoCoins earned' },
  { type: 'balance_corrected', priority: 'high', label: 'Your TeoCoins were corrected' },
  { type: 'teocoin_transfer', priority: 'normal', label: 'TeoCoins received' },
  { type: 'deposit_credited', priority: 'high', label: 'Deposit credited' },
  { type: 'withdrawal_confirmed', priority: 'high', label: 'Withdrawal confirmed' },
  { type: 'withdrawal_failed', priority: 'urgent', label: 'Withdrawal failed' },

  { type: 'system_announcement', priority: 'normal', label: 'Announcement' },
  { type: 'security_alert', priority: 'urgent', label: 'Security alert' },
];
