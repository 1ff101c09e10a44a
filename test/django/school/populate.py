"""A random school that is right in itself: balances equal their rows, counters what they count."""

import random
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType

from courses.models import Course, CourseEnrollment, Exercise, ExerciseSubmission, Lesson, LessonCompletion
from notifications.models import Notification
from rewards.models import Achievement, TeoCoinTransaction
from users.models import User, UserProgress, UserSettings

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
ZONES = ["UTC", "Europe/Rome", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"]
WORDS = ["colour", "Zoë's", "日本画", 'a "quoted" line', "two\nlines", "🎨", "tab\tand \\ back", "café", "clay", "ink"]
TAKING = {"purchase", "transfer"}
# The fields of a question are what the platform must keep from students.
CATEGORIES = ["painting", "design", "digital_art", "other"]
LEVELS = ["beginner", "intermediate", "advanced", "expert"]
LESSON_TYPES = ["text", "video", "interactive", "quiz"]
ACHIEVEMENTS = ["first_lesson", "streak_7", "collector", "perfect_score"]
NEWS = ["system", "achievement", "exercise_graded", "something_else"]


class School:
    def __init__(self, seed, people=8):
        self.random = random.Random(seed)
        self.people = people

    def text(self, most=4):
        return " ".join(self.random.choices(WORDS, k=self.random.randint(1, most)))

    def moment(self, first=None):
        first = first or NOW - timedelta(days=40)
        span = max(1, int((NOW - first).total_seconds() * 1_000_000))
        at = first + timedelta(microseconds=self.random.randrange(span))
        return at.replace(microsecond=0) if self.random.random() < 0.2 else at

    def some(self, sequence, share=0.5):
        return [one for one in sequence if self.random.random() < share]

    def populate(self):
        self.users = [self.user(at) for at in range(self.people)]
        self.students = [user for user in self.users if user.role == "student"]
        teacher = next(user for user in self.users if user.role == "teacher")
        self.courses = [self.course(teacher) for _ in range(self.random.randint(1, 5))]
        for course in self.courses:
            course.prerequisites.set(self.some([one for one in self.courses if one != course], 0.3))
        self.earned = {user.pk: [] for user in self.users}
        for student in self.students:
            self.learn(student)
        self.spend()
        for user in self.users:
            self.settle(user)
        for _ in range(self.people * 2):
            self.notification()

    def user(self, at):
        role = "admin" if at == 0 else "teacher" if at in (1, 2) else "student"
        joined = self.moment(NOW - timedelta(days=90))
        name = f"person{at}"
        user = User.objects.create(
            username=name,
            email=f"{name}@school.example" if at != 3 else "Mixed.Case@School.example",
            password=self.random.choice(["pbkdf2_sha256$1000$salt$aGFzaA==", "!unusable"]),
            first_name=self.text(1)[:20],
            last_name="",
            last_login=self.random.choice([None, self.moment()]),
            is_active=self.random.random() < 0.9,
            is_superuser=role == "admin",
            is_staff=role == "admin",
            date_joined=joined,
            role=role,
            is_approved=role != "teacher" or at == 1 or self.random.random() < 0.5,
            bio=self.random.choice(["", self.text()]),
            profile_image=self.random.choice(["", f"profiles/{at}.png"]),
            created_at=joined,
            updated_at=self.moment(joined),
        )
        UserSettings.objects.create(
            user=user,
            email_notifications=self.random.random() < 0.5,
            privacy_settings=self.random.choice([{}, {"show": True, "rate": 1.0, "deep": {"a": [1, None, 2.50]}}]),
            theme=self.random.choice(["light", "dark", "sepia"]),
            timezone=self.random.choice(ZONES),
            created_at=joined,
            updated_at=joined,
        )
        return user

    def course(self, teacher):
        made = self.moment(NOW - timedelta(days=80))
        times = {"created_at": made, "updated_at": made}
        course = Course.objects.create(
            title=self.text()[:200],
            description=self.text(12),
            category=self.random.choice(CATEGORIES),
            level=self.random.choice(LEVELS),
            teocoin_reward=self.random.randint(0, 50),
            teacher=teacher,
            thumbnail=self.random.choice(["", "course_thumbnails/1.jpg"]),
            is_published=self.random.random() < 0.9,
            max_enrollments=self.random.choice([None, 0, 5, 100]),
            **times,
        )
        for order in range(1, self.random.randint(2, 6)):
            lesson = Lesson.objects.create(
                course=course,
                title=self.text()[:200],
                content=self.text(20),
                order=order,
                lesson_type=self.random.choice(LESSON_TYPES),
                video_url=self.random.choice(["", "https://video.example/1"]),
                materials=self.random.choice([[], [{"name": "sheet.pdf", "pages": 2}]]),
                is_mandatory=self.random.random() < 0.8,
                teocoin_reward=self.random.randint(1, 10),
                **times,
            )
            for _ in range(self.random.randint(0, 2)):
                self.exercise(lesson, times)
        return course

    def exercise(self, lesson, times):
        questions = [self.question(at) for at in range(self.random.randint(1, 4))]
        is_quiz = self.random.random() < 0.7
        Exercise.objects.create(
            lesson=lesson,
            title=self.text()[:200],
            description=self.text(),
            exercise_type="multiple_choice" if is_quiz else "essay",
            content={"questions": questions} if is_quiz else {"prompt": self.text()},
            max_score=self.random.choice([10, 100]),
            time_limit_minutes=self.random.choice([None, 30]),
            **times,
        )

    def question(self, at):
        options = [f"{word} {at}" for word in self.random.sample(WORDS, 3)]
        answer = self.random.choice([1, [0, 2]])
        return {"question": f"{self.text()}?", "options": options, "answer": answer}

    def learn(self, student):
        for course in self.some(self.courses):
            begun = self.moment()
            lessons = list(course.lessons.order_by("pk"))
            done = [lesson for lesson in lessons if self.random.random() < 0.6]
            for lesson in done:
                at = self.moment(begun)
                LessonCompletion.objects.create(
                    student=student,
                    lesson=lesson,
                    completed_at=at,
                    score=self.random.choice([None, 87.5, 100.0]),
                    time_spent_minutes=self.random.randint(0, 90),
                    notes=self.random.choice(["", self.text()]),
                )
                self.earn(student, "lesson_reward", lesson.teocoin_reward, at, lesson)
            mandatory = [lesson for lesson in lessons if lesson.is_mandatory]
            finished = [lesson for lesson in done if lesson.is_mandatory]
            complete = len(mandatory) > 0 and len(finished) == len(mandatory)
            CourseEnrollment.objects.create(
                student=student,
                course=course,
                enrolled_at=begun,
                completed=complete,
                completion_date=NOW - timedelta(hours=1) if complete else None,
                progress_percentage=100 * len(finished) / len(mandatory) if mandatory else 0.0,
                last_accessed=self.moment(begun),
            )
            for lesson in lessons:
                for exercise in lesson.exercises.all():
                    self.hand_in(student, exercise)
        for kind in self.some(ACHIEVEMENTS, 0.4):
            Achievement.objects.create(
                user=student,
                achievement_type=kind,
                course=self.random.choice([None, *self.courses]),
                earned_at=self.moment(),
                progress=self.random.choice([100, 100, 40]),
                metadata={"badge": f"{kind}.svg", "weight": 1.0},
            )

    def hand_in(self, student, exercise):
        for number in range(1, self.random.randint(1, 4)):
            at = self.moment()
            graded = self.random.random() < 0.8
            asked = exercise.content.get("questions", [])
            answers = [self.random.choice([None, 0, 1, 2]) for _ in asked]
            ExerciseSubmission.objects.create(
                student=student,
                exercise=exercise,
                submission_data={"answers": answers} if asked else {"work": {"text": self.text()}},
                score=float(self.random.randint(0, exercise.max_score)) if graded else None,
                max_score=exercise.max_score,
                submitted_at=at,
                graded_at=at if graded else None,
                graded_by=self.random.choice([None, self.users[1]]) if graded else None,
                feedback=self.random.choice(["", self.text()]),
                attempt_number=number,
            )

    def earn(self, user, kind, amount, at, related=None):
        self.earned[user.pk].append((at, kind, amount, related))

    def spend(self):
        """All movements in the order of time; nobody spends what they do not have yet."""
        for user in self.users:
            self.earn(user, "bonus", 100, NOW - timedelta(days=91))
        moves = sorted(
            ((at, pk, kind, amount, related) for pk, rows in self.earned.items() for at, kind, amount, related in rows),
            key=lambda move: move[0],
        )
        self.balance = {user.pk: 0 for user in self.users}
        for at, pk, kind, amount, related in moves:
            self.move(pk, kind, amount, at, related)
            if self.random.random() < 0.2 and self.balance[pk] > 10:
                taking = self.random.choice(["purchase", "transfer"])
                self.move(pk, taking, self.random.randint(1, 10), at + timedelta(milliseconds=5))

    def move(self, pk, kind, amount, at, related=None):
        others = [user.pk for user in self.users if user.pk != pk]
        recipient = self.random.choice(others) if kind == "transfer" else None
        self.balance[pk] += -amount if kind in TAKING else amount
        if recipient:
            self.balance[recipient] += amount
        hashed = kind == "purchase" and self.random.random() < 0.3
        TeoCoinTransaction.objects.create(
            user_id=pk,
            transaction_type=kind,
            amount=amount,
            description=self.text(),
            recipient_id=recipient,
            related_object_type=ContentType.objects.get_for_model(related) if related else None,
            related_object_id=related.pk if related else None,
            blockchain_tx_hash="0x" + "ab" * 32 if hashed else "",
            is_blockchain_confirmed=hashed,
            created_at=at,
        )

    def settle(self, user):
        User.objects.filter(pk=user.pk).update(teo_coins=self.balance[user.pk])
        enrollments = CourseEnrollment.objects.filter(student=user)
        submissions = ExerciseSubmission.objects.filter(student=user)
        earned = TeoCoinTransaction.objects.filter(user=user, transaction_type__in=["bonus", "lesson_reward"])
        moments = [done.completed_at for done in LessonCompletion.objects.filter(student=user)]
        moments += [submission.submitted_at for submission in submissions]
        best = {}
        for submission in submissions.exclude(score=None):
            percent = submission.score * 100.0 / submission.max_score
            best[submission.exercise_id] = max(percent, best.get(submission.exercise_id, 0.0))
        UserProgress.objects.create(
            user=user,
            total_courses_enrolled=enrollments.count(),
            total_courses_completed=enrollments.filter(completed=True).count(),
            total_lessons_completed=LessonCompletion.objects.filter(student=user).count(),
            total_exercises_completed=submissions.values("exercise").distinct().count(),
            average_score=sum(best.values()) / len(best) if best else 0.0,
            streak_days=self.streak(user, moments),
            last_activity_date=max(moments, default=None),
            achievements_earned=Achievement.objects.filter(user=user).count(),
            total_teocoins_earned=sum(row.amount for row in earned),
            updated_at=NOW,
        )

    def streak(self, user, moments):
        """Consecutive local days of activity that end today or yesterday."""
        zone = ZoneInfo(UserSettings.objects.get(user=user).timezone)
        # A dump keeps milliseconds, so the days are those of the dump.
        days = {at.replace(microsecond=at.microsecond // 1000 * 1000).astimezone(zone).date() for at in moments}
        today = NOW.astimezone(zone).date()
        last = max(days, default=None)
        if last is None or (today - last).days > 1:
            return 0
        count = 0
        while last - timedelta(days=count) in days:
            count += 1
        return count

    def notification(self):
        related = self.random.choice([None, *self.courses])
        is_read = self.random.random() < 0.5
        Notification.objects.create(
            user=self.random.choice(self.users),
            title=self.text()[:200],
            message=self.text(10),
            notification_type=self.random.choice(NEWS),
            related_object_type=ContentType.objects.get_for_model(related) if related else None,
            related_object_id=related.pk if related else None,
            is_read=is_read,
            priority=self.random.choice(["low", "normal", "high", "urgent"]),
            created_at=self.moment(),
            read_at=NOW if is_read else None,
        )
