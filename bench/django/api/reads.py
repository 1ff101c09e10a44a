from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.http import JsonResponse
from django.shortcuts import get_object_or_404

from api.signed_in import signed_in
from courses.models import Course, CourseEnrollment, Lesson, LessonCompletion
from notifications.models import Notification
from rewards.models import Achievement, TeoCoinTransaction
from users.models import UserProgress

PAGE = 20


def count_of(model):
    """Counts in a subquery for each course, since two joins would multiply their rows."""
    counts = model.objects.filter(course=OuterRef("pk")).order_by().values("course").annotate(n=Count("pk")).values("n")
    return Subquery(counts, output_field=IntegerField())


def courses():
    counted = Course.objects.annotate(lesson_count=count_of(Lesson), enrolled_count=count_of(CourseEnrollment))
    return counted.filter(is_published=True).select_related("teacher")


def page(queryset, shape):
    rows = list(queryset[: PAGE + 1])
    return JsonResponse({"data": [shape(row) for row in rows[:PAGE]], "page": {"hasMore": len(rows) > PAGE}})


def person(user):
    return {"id": user.pk, "username": user.username, "name": user.get_full_name() or user.username}


def course_shape(course):
    return {
        "id": course.pk,
        "title": course.title,
        "description": course.description,
        "category": course.category,
        "level": course.level,
        "teocoinReward": course.teocoin_reward,
        "durationHours": course.duration_hours,
        "maxEnrollments": course.max_enrollments,
        "thumbnail": course.thumbnail.name,
        "teacher": person(course.teacher),
        "enrolledCount": course.enrolled_count or 0,
        "lessonCount": course.lesson_count or 0,
        "createdAt": course.created_at,
    }


def catalogue(request):
    return page(courses().order_by("-created_at", "-id"), course_shape)


@signed_in
def course(request, pk):
    found = get_object_or_404(courses().prefetch_related("prerequisites", "lessons"), pk=pk)
    enrollment = CourseEnrollment.objects.filter(student=request.user, course=found).first()
    completions = LessonCompletion.objects.filter(student=request.user, lesson__course=found)
    completed_at = dict(completions.values_list("lesson_id", "completed_at"))
    lessons = [
        {
            "id": lesson.pk,
            "title": lesson.title,
            "order": lesson.order,
            "lessonType": lesson.lesson_type,
            "durationMinutes": lesson.duration_minutes,
            "isMandatory": lesson.is_mandatory,
            "teocoinReward": lesson.teocoin_reward,
            "completedAt": completed_at.get(lesson.pk),
        }
        for lesson in sorted(found.lessons.all(), key=lambda lesson: lesson.order)
    ]
    mine = enrollment and {"progress": enrollment.progress_percentage, "isCompleted": enrollment.completed}
    prerequisites = [{"id": one.pk, "title": one.title} for one in found.prerequisites.all()]
    return JsonResponse({**course_shape(found), "prerequisites": prerequisites, "lessons": lessons, "mine": mine})


@signed_in
def progress(request):
    found = UserProgress.objects.get(user=request.user)
    achievements = Achievement.objects.filter(user=request.user).order_by("-earned_at", "-id")
    return JsonResponse(
        {
            "coursesEnrolled": found.total_courses_enrolled,
            "coursesCompleted": found.total_courses_completed,
            "lessonsCompleted": found.total_lessons_completed,
            "exercisesCompleted": found.total_exercises_completed,
            "averageScore": found.average_score,
            "streakDays": found.streak_days,
            "lastActivityAt": found.last_activity_date,
            "totalCoinsEarned": found.total_teocoins_earned,
            "achievements": list(achievements.values("id", "achievement_type", "course_id", "earned_at")),
        }
    )


@signed_in
def transactions(request):
    def shape(row):
        return {
            "id": row.pk,
            "type": row.transaction_type,
            "amount": row.amount,
            "description": row.description,
            "counterpart": row.recipient and {"id": row.recipient.pk, "username": row.recipient.username},
            "relatedObjectId": row.related_object_id,
            "createdAt": row.created_at,
            "blockchainTxHash": row.blockchain_tx_hash,
            "isBlockchainConfirmed": row.is_blockchain_confirmed,
        }

    own = TeoCoinTransaction.objects.filter(user=request.user).select_related("recipient")
    return page(own.order_by("-created_at", "-id"), shape)


@signed_in
def unread_notifications(request):
    def shape(row):
        return {
            "id": row.pk,
            "type": row.notification_type,
            "title": row.title,
            "message": row.message,
            "priority": row.priority,
            "isRead": row.is_read,
            "readAt": row.read_at,
            "createdAt": row.created_at,
            "actionUrl": row.action_url,
            "relatedObjectId": row.related_object_id,
        }

    return page(Notification.objects.filter(user=request.user, is_read=False).order_by("-id"), shape)


@signed_in
def unread_count(request):
    return JsonResponse({"unread": Notification.objects.filter(user=request.user, is_read=False).count()})
