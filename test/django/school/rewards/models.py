"""Coins and achievements, as the specification declares them."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

USER = settings.AUTH_USER_MODEL


class TeoCoinTransaction(models.Model):
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="teocoin_transactions")
    transaction_type = models.CharField(max_length=30)
    amount = models.IntegerField()
    description = models.TextField()
    recipient = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    related_object_type = models.ForeignKey(ContentType, on_delete=models.SET_NULL, null=True)
    related_object_id = models.PositiveIntegerField(null=True)
    blockchain_tx_hash = models.CharField(max_length=66, blank=True)
    is_blockchain_confirmed = models.BooleanField(default=False)
    created_at = models.DateTimeField()


class Achievement(models.Model):
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="achievements")
    achievement_type = models.CharField(max_length=50)
    course = models.ForeignKey("courses.Course", on_delete=models.CASCADE, null=True, blank=True)
    earned_at = models.DateTimeField()
    progress = models.IntegerField(default=100)
    metadata = models.JSONField(default=dict)

    class Meta:
        unique_together = [("user", "achievement_type", "course")]
