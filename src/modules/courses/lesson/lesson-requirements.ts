import type { LessonType } from '../course.lists';

interface Teaching {
  lessonType: LessonType;
  content: string;
  videoUrl: string;
  materials: readonly unknown[];
}

/** A quiz lesson lives on its exercises: they are counted where nothing else is there to be shown. */
export const needsExercises = (lesson: Teaching): boolean => lesson.lessonType === 'quiz' && isBlank(lesson.content);

/** By type: what has to be there, and how we ask for it. */
const needs: Record<LessonType, [(has: Has) => boolean, string]> = {
  video: [({ text, video }) => text || video, 'A video lesson needs a videoUrl or content.'],
  live: [({ text, video }) => text || video, 'A live lesson needs content that says where and when, or a videoUrl.'],
  quiz: [({ text, exercises }) => text || exercises, 'A quiz lesson needs an exercise or content.'],
  theory: [anything, 'A theory lesson needs content, a videoUrl or materials.'],
  practical: [anything, 'A practical lesson needs content, a videoUrl or materials.'],
  mixed: [anything, 'A mixed lesson needs content, a videoUrl or materials.'],
  critique: [anything, 'A critique needs content, a videoUrl or materials.'],
};

type Has = Record<'text' | 'video' | 'materials' | 'exercises', boolean>;

function anything({ text, video, materials }: Has): boolean {
  return text || video || materials;
}

/**
 * What a lesson lacks to be shown to students, in words; null when nothing. A lesson somebody must complete must be one
 * they can (rule 17).
 */
export function whatIsMissing(lesson: Teaching, exercises: number): string | null {
  const [isEnough, request] = needs[lesson.lessonType];
  const has = {
    text: !isBlank(lesson.content),
    video: lesson.videoUrl !== '',
    materials: lesson.materials.length > 0,
    exercises: exercises > 0,
  };
  return isEnough(has) ? null : request;
}

const isBlank = (text: string): boolean => text.trim() === '';
