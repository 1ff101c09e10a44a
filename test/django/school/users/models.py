"""People, as the specification declares them."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    email = models.EmailField(unique=True)
    role = models.CharField(max_length=20, default="student")
    is_approved = models.BooleanField(default=False)
    teo_coins = models.IntegerField(default=0)
    bio = models.TextField(blank=True)
    # The specification's ImageField, which stores a path and wants Pillow only to check uploads.
    profile_image = models.FileField(upload_to="profiles/", blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()


class UserSettings(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE)
    email_notifications = models.BooleanField(default=True)
    push_notifications = models.BooleanField(default=True)
    privacy_settings = models.JSONField(default=dict)
    theme = models.CharField(max_length=20, default="light")
    language = models.CharField(max_length=10, default="en")
    timezone = models.CharField(max_length=50, default="UTC")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()


class UserProgress(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE)
    total_courses_enrolled = models.IntegerField(default=0)
    total_courses_completed = models.IntegerField(default=0)
    total_lessons_completed = models.IntegerField(default=0)
    total_exercises_completed = models.IntegerField(default=0)
    average_score = models.FloatField(default=0.0)
    streak_days = models.IntegerField(default=0)
    last_activity_date = models.DateTimeField(null=True, blank=True)
    achievements_earned = models.IntegerField(default=0)
    total_teocoins_earned = models.IntegerField(default=0)
    updated_at = models.DateTimeField()
