import type { LessonType } from '../course.lists';

interface LessonContent {
  lessonType: LessonType;
  content: string;
  videoUrl: string;
  materials: readonly unknown[];
}

/** Whether the lesson can be completed only with exercises. The caller counts the exercises of such lessons only. */
export const needsExercises = (lesson: LessonContent): boolean =>
  lesson.lessonType === 'quiz' && isBlank(lesson.content);

/** For each type of lesson, a function that says whether its content is enough, and the message if it is not. */
const requirements: Record<LessonType, [isEnough: (present: PresentContent) => boolean, message: string]> = {
  video: [({ text, video }) => text || video, 'A video lesson needs a videoUrl or content.'],
  live: [
    ({ text, video }) => text || video,
    'A live lesson needs content (for example the place and time) or a videoUrl.',
  ],
  quiz: [({ text, exercises }) => text || exercises, 'A quiz lesson needs an exercise or content.'],
  theory: [hasAnyContent, 'A theory lesson needs content, a videoUrl or materials.'],
  practical: [hasAnyContent, 'A practical lesson needs content, a videoUrl or materials.'],
  mixed: [hasAnyContent, 'A mixed lesson needs content, a videoUrl or materials.'],
  critique: [hasAnyContent, 'A critique lesson needs content, a videoUrl or materials.'],
};

/** Says which kinds of content a lesson has. */
type PresentContent = Record<'text' | 'video' | 'materials' | 'exercises', boolean>;

function hasAnyContent({ text, video, materials }: PresentContent): boolean {
  return text || video || materials;
}

/**
 * A published lesson must have content, because students could not complete it otherwise (rule 17).
 * @returns a sentence that says what the lesson needs, or null if it has enough
 */
export function describeMissing(lesson: LessonContent, exerciseCount: number): string | null {
  const [isEnough, message] = requirements[lesson.lessonType];
  const present = {
    text: !isBlank(lesson.content),
    video: lesson.videoUrl !== '',
    materials: lesson.materials.length > 0,
    exercises: exerciseCount > 0,
  };
  return isEnough(present) ? null : message;
}

const isBlank = (text: string): boolean => text.trim() === '';
