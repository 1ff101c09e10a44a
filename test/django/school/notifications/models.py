"""What people were told, as the specification declares it."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Notification(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    title = models.CharField(max_length=200)
    message = models.TextField()
    notification_type = models.CharField(max_length=50)
    related_object_type = models.ForeignKey(ContentType, on_delete=models.SET_NULL, null=True)
    related_object_id = models.PositiveIntegerField(null=True)
    is_read = models.BooleanField(default=False)
    priority = models.CharField(max_length=10, default="normal")
    action_url = models.URLField(blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
