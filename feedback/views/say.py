"""The form of one opinion, on a page of its own and in a panel of the reading room."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from documents.rules import may_read_edition
from feedback import actions, guests, queries, rules
from feedback.about import Place
from feedback.authors import Guest
from feedback.forms import OpinionForm
from feedback.models import Consultation, GuideQuestion, Opinion
from feedback.readers import readers_for
from feedback.sent import Sent, address_of, keep, kept
from feedback.views import _files
from portal.common import clock, keeping
from portal.common.errors import Refused
from portal.common.limits import limited, network_of
from portal.common.text import one_line

#: Sent along by the page of somebody with an account: without a session it is not a guest's.
SIGNED_IN = "tai_khoan"


@keeping.keeps_after_csrf
@never_cache
def say(request, pk, edition):
    """The form for one opinion; it works without JavaScript, and for guests where all may write."""
    standing = _standing(request, pk, edition)
    if request.user.is_authenticated:
        return _for_people(request, standing)
    everybody = standing.consultation.audience == Consultation.Audience.PUBLIC
    if request.method == "POST" and (not everybody or request.POST.get(SIGNED_IN)):
        return keeping.kept(request, status=401)
    if not everybody:
        return redirect_to_login(request.get_full_path())
    return _for_guests(request, standing)


@never_cache
@require_safe
def sent(request, pk, edition, token):
    """Where sending leads: the receipt, for minutes and in the browser that sent."""
    standing = _standing(request, pk, edition)
    found = kept(request, consultation=standing.consultation)
    context = {
        "frame": _frame(request),
        "consultation": standing.consultation,
        "edition": standing.edition,
        "sent": found,
    }
    if found is None:
        return render(request, "feedback/sent_gone.html", context, status=410)
    place = _place_at(standing, found.doan, found.cau)
    readers = _readers(_author(request), standing.consultation, clock.now())
    context |= {
        "place": place,
        "back": _back(place),
        "anonymous": found.naming == Opinion.Naming.ANONYMOUS,
        "named": found.naming == Opinion.Naming.NAMED,
        "reading": readers and readers.by(found.route),
    }
    return render(request, "feedback/sent.html", context)


@never_cache
@require_POST
@limited("draft", per_person=3000, minutes=60)
def draft(request, pk, edition):
    """Keep what is typed, or forget it (`xoa`); JSON for the script, else back to the form."""
    standing = _standing(request, pk, edition)
    found, place = standing.consultation, _place(request, standing)
    if not request.user.is_authenticated:
        return JsonResponse({"code": "signed_out"}, status=401)
    if request.POST.get("xoa"):
        actions.discard_draft(author=request.user, consultation=found, place=place.key)
        return _draft_answer(request, found, place)
    fields = {name: request.POST.get(name, "") for name in actions.DRAFT_FIELDS}
    if one_line(fields["proposed"]) == one_line(place.passage):
        fields["proposed"] = ""
    try:
        actions.save_draft(author=request.user, consultation=found, place=place.key, fields=fields)
    except Refused as refused:
        if _wants_panel(request):
            return JsonResponse({"code": refused.code, "message": str(refused.message)}, status=422)
        messages.error(request, refused.message)
    return _draft_answer(request, found, place)


@limited("opinion", per_person=120, minutes=60)
def _for_people(request, standing):
    return _page(request, standing, _place(request, standing))


@limited("opinion.guest", per_address=600, minutes=60)
def _for_guests(request, standing):
    return _page(request, standing, _place(request, standing))


def _page(request, standing, place):
    now, author, consultation = clock.now(), _author(request), standing.consultation
    phase = rules.phase_of(consultation, now)
    may_write = rules.may_write(author, consultation)
    posted = request.method == "POST"
    kept_draft = None
    if may_write and not posted:
        kept_draft = queries.my_draft(request.user, consultation, place.key)
    form = OpinionForm(
        request.POST if posted else None,
        consultation=consultation,
        place=place,
        groups=standing.groups,
        guest=not author.is_authenticated,
        draft=kept_draft and kept_draft.fields,
    )
    files = _files.of_form(request, consultation, may=may_write and phase == "open", now=now)
    context = {}
    if posted and "xem" in request.POST:
        form.is_valid()
        form.errors.pop("consent", None)
        context["preview"] = form.words() if not form.errors else None
    elif posted and not files.sending:
        form.is_valid()
        form.errors.clear()  # nothing is sent yet, so nothing is missing yet
    elif posted and form.is_valid():
        answer = _send(request, form, standing, place, context, now)
        if answer is not None:
            return answer
    readers = _readers(author, consultation, now) if may_write else None
    form.offer_route(readers)
    if posted and may_write:
        kept_draft = queries.my_draft(request.user, consultation, place.key)
    if phase != "open":
        context["typed"] = _typed(form, kept_draft)
    context |= {
        "frame": _frame(request),
        "consultation": consultation,
        "edition": place.edition,
        "place": place,
        "passage": place.block,
        "form": form,
        "phase": phase,
        "readers": readers,
        "may_write": may_write,
        "back": _back(place),
        "questions": _questions(consultation, place),
        "kept": kept_draft,
        "files": files,
    }
    refused = (form.is_bound and form.errors) or files.problems
    return render(request, "feedback/say.html", context, status=422 if refused else 200)


def _send(request, form, standing, place, context, now):
    """The way to the receipt, or None where it was refused and the form says why."""
    consultation = standing.consultation
    author = request.user if request.user.is_authenticated else form.author()
    arguments = form.action_arguments()
    try:
        receipt = actions.submit_opinion(
            author=author,
            consultation=consultation,
            edition=place.edition,
            block=place.block,
            question=place.question,
            draft=place.key,
            standing=standing,
            now=now,
            **arguments,
        )
    except actions.SentBefore as refused:
        form.add_error(None, refused.message)
        context["standing_url"] = reverse("feedback:mine_one", args=[refused.public_id])
        return None
    except Refused as refused:
        form.add_error(None, refused.message)
        if refused.code == "replayed":
            form.new_key()
        elif refused.code == "consent_changed":
            form.ask_consent_again()
        return None
    mail = None
    if isinstance(author, Guest) and author.email and receipt.naming != Opinion.Naming.ANONYMOUS:
        mail = guests.ask_to_confirm(
            consultation=consultation,
            email=author.email,
            name=author.name,
            network=network_of(request),
        )
    address = address_of(consultation, place.edition)
    # a script asks for the address itself: following would hide a way to sign-in from it
    response = HttpResponseRedirect(address, status=201 if _wants_panel(request) else 303)
    question = place.question and place.question.pk
    keep(
        response,
        address=address,
        consultation=consultation,
        author=request.user,
        sent=Sent(
            code=receipt.code,
            repeated=receipt.repeated,
            naming=receipt.naming,
            route=arguments["route"],
            doan=place.block.pos if place.block and not question else None,
            cau=question,
            left_address=mail is not None,
            mail_limited=mail == guests.LIMITED,
        ),
    )
    return response


def _standing(request, pk, edition):
    """The Standing of an announced consultation; 404 where this person may not read the edition."""
    found = queries.standing(pk, edition)
    if found is None or found.consultation.state != Consultation.State.ANNOUNCED:
        raise Http404
    if not may_read_edition(request.user, found.edition):
        raise Http404
    return found


def _author(request):
    return request.user if request.user.is_authenticated else Guest()


def _frame(request):
    return "feedback/fragment.html" if _wants_panel(request) else "base.html"


def _wants_panel(request):
    """Whether a script of the page asks and needs the panel alone."""
    return "HX-Request" in request.headers or "X-Panel" in request.headers


def _place(request, standing):
    """The Place that the address names; 404 for one that is not there."""
    cau, doan = (request.GET.get(name) or None for name in ("cau", "doan"))
    place = _place_at(standing, doan and _number(doan), cau and _number(cau))
    if place.question is None and place.block is not None:
        place = replace(place, quote=_quote(request, place.block))
    return place


def _place_at(standing, pos, question_id):
    """The Place of a block by its `pos`, of a question by its id, or the whole document."""
    if question_id is not None:
        question = get_object_or_404(
            GuideQuestion.objects.select_related("block"),
            pk=question_id,
            consultation_edition=standing.asked_id,
        )
        return Place(standing.edition, question.block, question)
    return Place(standing.edition, None if pos is None else standing.block(pos))


def _number(text):
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise Http404
    return int(text)


def _quote(request, block):
    """Words chosen inside `block` (`?trich=`, or the form's own field); "" for all of it.

    What a form sends is left as it is, for the action to refuse what does not stand there.
    """
    if request.method == "POST" and "quote" in request.POST:
        return one_line(request.POST["quote"])[:20_000]
    words = one_line(request.GET.get("trich", ""))
    return words if words in one_line(block.plain) else ""


def _readers(author, consultation, now):
    """Readers of the open consultation, or None while it is not open."""
    if not rules.is_open(consultation, now) or consultation.mode != Consultation.Mode.COLLECTED:
        return None
    if not consultation.ladder_copied_at:
        actions.open_due(now=now)
    return readers_for(consultation, author)


def _questions(consultation, place):
    """Guiding questions of the same heading or of the whole document; 1 query."""
    if place.question is not None:
        return []
    rows = GuideQuestion.objects.filter(
        consultation_edition__consultation=consultation, consultation_edition__edition=place.edition
    )
    return list(rows.filter(block=place.block))


def _back(place):
    """Where the text goes on from here."""
    edition = place.edition
    names = [edition.document.pk, edition.document.slug, edition.n]
    if place.block is not None and place.block.para_no:
        return f"{reverse('documents:jump', args=names)}?so={place.block.para_no}"
    return reverse("documents:edition", args=names)


def _typed(form, kept):
    """[(label, text)] of what was typed for a consultation that is not open, to be copied out."""
    if form.is_bound or kept is None:
        return form.typed()
    names = [name for name in ("text", "reason", "proposed") if kept.fields.get(name)]
    return [(form[name].label, kept.fields[name]) for name in names if name in form.fields]


def _draft_answer(request, consultation, place):
    if _wants_panel(request):
        return JsonResponse({"kept": True})
    address = reverse("feedback:say", args=[consultation.pk, place.edition.pk])
    return redirect(address + place.query)
