"""Courses and what learners did in them, as the specification declares them."""

from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL


class Course(models.Model):
    title = models.CharField(max_length=200)
    description = models.TextField()
    category = models.CharField(max_length=30)
    level = models.CharField(max_length=20)
    teocoin_reward = models.IntegerField(default=0)
    teacher = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="created_courses")
    thumbnail = models.FileField(upload_to="course_thumbnails/", blank=True)
    is_published = models.BooleanField(default=False)
    max_enrollments = models.IntegerField(null=True, blank=True)
    duration_hours = models.IntegerField(default=0)
    prerequisites = models.ManyToManyField("self", blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()


class Lesson(models.Model):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons")
    title = models.CharField(max_length=200)
    content = models.TextField()
    order = models.IntegerField()
    lesson_type = models.CharField(max_length=20)
    duration_minutes = models.IntegerField(default=0)
    video_url = models.URLField(blank=True)
    materials = models.JSONField(default=list)
    is_mandatory = models.BooleanField(default=True)
    teocoin_reward = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()


class Exercise(models.Model):
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="exercises")
    title = models.CharField(max_length=200)
    description = models.TextField()
    exercise_type = models.CharField(max_length=20)
    content = models.JSONField()
    max_score = models.IntegerField(default=100)
    time_limit_minutes = models.IntegerField(null=True, blank=True)
    attempts_allowed = models.IntegerField(default=3)
    teocoin_reward = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()


class CourseEnrollment(models.Model):
    student = models.ForeignKey(USER, on_delete=models.CASCADE)
    course = models.ForeignKey(Course, on_delete=models.CASCADE)
    enrolled_at = models.DateTimeField()
    completed = models.BooleanField(default=False)
    completion_date = models.DateTimeField(null=True, blank=True)
    progress_percentage = models.FloatField(default=0.0)
    last_accessed = models.DateTimeField()

    class Meta:
        unique_together = [("student", "course")]


class LessonCompletion(models.Model):
    student = models.ForeignKey(USER, on_delete=models.CASCADE)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE)
    completed_at = models.DateTimeField()
    score = models.FloatField(null=True, blank=True)
    time_spent_minutes = models.IntegerField(default=0)
    notes = models.TextField(blank=True)

    class Meta:
        unique_together = [("student", "lesson")]


class ExerciseSubmission(models.Model):
    student = models.ForeignKey(USER, on_delete=models.CASCADE)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE)
    submission_data = models.JSONField()
    score = models.FloatField(null=True, blank=True)
    max_score = models.IntegerField()
    submitted_at = models.DateTimeField()
    graded_at = models.DateTimeField(null=True, blank=True)
    graded_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    feedback = models.TextField(blank=True)
    attempt_number = models.IntegerField(default=1)
