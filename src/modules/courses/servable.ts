import type { LessonType } from './course.lists';

interface Teaching {
  lessonType: LessonType;
  content: string;
  videoUrl: string;
  materials: readonly unknown[];
}

/** A quiz lesson lives on its exercises: they are counted where nothing else is there to be shown. */
export const needsExercises = (lesson: Teaching): boolean => lesson.lessonType === 'quiz' && isBlank(lesson.content);

/**
 * What a lesson lacks to be shown to students, in words; null when nothing. A lesson somebody must complete must be one
 * they can (rule 17).
 */
export function whatIsMissing(lesson: Teaching, exercises: number): string | null {
  const hasText = !isBlank(lesson.content);
  switch (lesson.lessonType) {
    case 'video':
      return hasText || lesson.videoUrl ? null : 'A video lesson needs a videoUrl or content.';
    case 'live':
      return hasText || lesson.videoUrl ? null : 'A live lesson needs content that says where and when, or a videoUrl.';
    case 'quiz':
      return hasText || exercises > 0 ? null : 'A quiz lesson needs an exercise or content.';
    case 'theory':
    case 'practical':
    case 'mixed':
    case 'critique':
      return hasText || lesson.videoUrl || lesson.materials.length > 0
        ? null
        : `A ${lesson.lessonType} lesson needs content, a videoUrl or materials.`;
  }
}

const isBlank = (text: string): boolean => text.trim() === '';
