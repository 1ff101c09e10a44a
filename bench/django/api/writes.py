import json

from django.db import transaction
from django.db.models import F
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from api.signed_in import signed_in
from courses.models import CourseEnrollment, Lesson, LessonCompletion
from notifications.models import Notification
from rewards.models import TeoCoinTransaction
from users.models import User, UserProgress


@signed_in
@transaction.atomic
def complete(request, pk):
    user, now = request.user, timezone.now()
    lesson = get_object_or_404(Lesson.objects.select_related("course"), pk=pk)
    course = lesson.course
    enrollment = CourseEnrollment.objects.select_for_update().filter(student=user, course=course).first()
    if enrollment is None:
        return JsonResponse({"detail": "You are not enrolled in this course."}, status=403)
    minutes = json.loads(request.body)["timeSpentMinutes"]
    completion, is_new = LessonCompletion.objects.get_or_create(
        student=user, lesson=lesson, defaults={"completed_at": now, "time_spent_minutes": minutes}
    )
    earned, streak = 0, None
    if is_new:
        is_finished = update_enrollment(enrollment, course, user, now)
        earned = pay(user, "earned_lesson", lesson.teocoin_reward, f"Lesson completed: {lesson.title}", lesson.pk, now)
        if is_finished:
            earned += pay(user, "earned_course", course.teocoin_reward, f"Course completed: {course.title}", course.pk, now)
            Notification.objects.create(
                user=user,
                title="Course completed",
                message=f"You have completed {course.title}.",
                notification_type="course_completed",
                related_object_id=course.pk,
                created_at=now,
            )
        streak = update_progress(user, is_finished, earned, now)
    return JsonResponse(
        {
            "lessonId": pk,
            "completedAt": completion.completed_at,
            "course": {"progressPercentage": enrollment.progress_percentage, "isCompleted": enrollment.completed},
            "earned": {"coins": earned, "streakDays": streak},
        }
    )


def update_enrollment(enrollment, course, user, now):
    mandatory = course.lessons.filter(is_mandatory=True)
    total, done = mandatory.count(), mandatory.filter(lessoncompletion__student=user).count()
    is_finished = done == total and not enrollment.completed
    enrollment.progress_percentage = 100 * done // total
    enrollment.last_accessed = now
    if is_finished:
        enrollment.completed, enrollment.completion_date = True, now
    enrollment.save(update_fields=["progress_percentage", "last_accessed", "completed", "completion_date"])
    return is_finished


def update_progress(user, is_finished, earned, now):
    progress = UserProgress.objects.select_for_update().get(user=user)
    days = (now.date() - progress.last_activity_date.date()).days if progress.last_activity_date else None
    progress.streak_days = max(progress.streak_days, 1) if days == 0 else progress.streak_days + 1 if days == 1 else 1
    progress.total_lessons_completed += 1
    progress.total_courses_completed += is_finished
    progress.total_teocoins_earned += earned
    progress.last_activity_date = progress.updated_at = now
    progress.save()
    return progress.streak_days


def pay(user, kind, amount, description, object_id, now):
    User.objects.filter(pk=user.pk).update(teo_coins=F("teo_coins") + amount)
    TeoCoinTransaction.objects.create(
        user=user,
        transaction_type=kind,
        amount=amount,
        description=description,
        related_object_id=object_id,
        created_at=now,
    )
    return amount


@signed_in
@transaction.atomic
def transfer(request):
    data, now = json.loads(request.body), timezone.now()
    amount, message = data["amount"], data["message"]
    people = User.objects.select_for_update().filter(pk__in=[request.user.pk, data["recipientId"]]).order_by("pk")
    locked = {user.pk: user for user in people}
    sender, recipient = locked[request.user.pk], locked.get(data["recipientId"])
    if recipient is None or sender.teo_coins < amount:
        return JsonResponse({"detail": "The transfer is not possible."}, status=409)
    User.objects.filter(pk=sender.pk).update(teo_coins=F("teo_coins") - amount)
    User.objects.filter(pk=recipient.pk).update(teo_coins=F("teo_coins") + amount)
    common = {"amount": amount, "description": message, "created_at": now}
    sent, _ = TeoCoinTransaction.objects.bulk_create(
        [
            TeoCoinTransaction(user=sender, recipient=recipient, transaction_type="transfer_sent", **common),
            TeoCoinTransaction(user=recipient, transaction_type="transfer_received", **common),
        ]
    )
    Notification.objects.create(
        user=recipient,
        title="Coins received",
        message=f"{sender.username} sent you {amount}.",
        notification_type="coins_received",
        created_at=now,
    )
    balance = sender.teo_coins - amount
    return JsonResponse({"id": sent.pk, "amount": amount, "message": message, "balanceAfter": balance}, status=201)
