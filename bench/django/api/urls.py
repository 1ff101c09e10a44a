from django.urls import path

from api import reads, writes

urlpatterns = [
    path("api/v1/courses", reads.catalogue),
    path("api/v1/courses/<int:pk>", reads.course),
    path("api/v1/me/progress", reads.progress),
    path("api/v1/me/coins/transactions", reads.transactions),
    path("api/v1/me/notifications", reads.unread_notifications),
    path("api/v1/me/notifications/unread-count", reads.unread_count),
    path("api/v1/lessons/<int:pk>/completion", writes.complete),
    path("api/v1/coins/transfers", writes.transfer),
]
