from functools import wraps

from django.http import JsonResponse

from api.models import Token


def signed_in(view):
    """Looks the token up at each request, as Django REST framework does."""

    @wraps(view)
    def check(request, *args, **kwargs):
        key = request.headers.get("Authorization", "")[len("Bearer ") :]
        token = Token.objects.select_related("user").filter(pk=key, user__is_active=True).first()
        if token is None:
            return JsonResponse({"detail": "Invalid token."}, status=401)
        request.user = token.user
        return view(request, *args, **kwargs)

    return check
