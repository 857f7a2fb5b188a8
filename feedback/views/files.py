"""Files that came with opinions, for those who may read the words beside them."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from feedback import queries, rules
from feedback.models import OpinionAttachment
from feedback.moderation import KIND
from feedback.queries import shown
from portal.common import clock
from portal.common.uploads.serve import seal
from portal.moderation import rules as moderation
from portal.moderation.models import Case


@never_cache
@require_safe
def attachment(request, public_id):
    """One file: for its author, who reads or moderates the words, and everybody once shown."""
    file = (
        OpinionAttachment.objects.filter(public_id=public_id, opinion__isnull=False)
        .select_related("opinion__consultation", "opinion__reading_node")
        .first()
    )
    if file is None or not _may_read(request.user, file.opinion):
        raise Http404
    try:
        content = default_storage.open(file.path)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=file.label, content_type=file.content_type
    )
    return seal(response)


def _may_read(user, opinion):
    if shown.is_shown(opinion, clock.today()):
        return True
    if not user.is_authenticated:
        return False
    if opinion.state == opinion.State.RECEIVED and rules.may_read_node(user, opinion.reading_node):
        return True
    case = (
        Case.objects.select_related("agency")
        .filter(kind=KIND, subject_id=str(opinion.pk))
        .exclude(state=Case.State.CLOSED)
        .first()
    )
    if case is not None and moderation.may_see(user, case):
        return True
    return queries.my_opinion(user, opinion.public_id) is not None
