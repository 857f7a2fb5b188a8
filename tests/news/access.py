import uuid

from campaigns.models import Plan
from portal.common import clock
from portal.news.models import (
    Article,
    ArticleDraft,
    ArticleItem,
    Feature,
    Microsite,
    PreviewLink,
    Remark,
    Response,
    Section,
    Series,
)
from portal.news.queries.responses import receipt_code
from tests.access import Row

OWN = "so-noi-vu-tinh-mau"  # where `bientap` writes and `duyet` approves


def article(state):
    """kwargs of a function over an article of `OWN` in this state."""

    def kwargs(world):
        return {"pk": Article.objects.filter(agency__slug=OWN, state=state).earliest("pk").pk}

    return kwargs


def revision(state):
    """The first saved text of such an article."""

    def kwargs(world):
        return {**article(state)(world), "n": 1}

    return kwargs


def draft(world):
    """Something `bientap` typed and did not save (made for the request, gone after it)."""
    row = Article.objects.filter(agency__slug=OWN, state="returned").earliest("pk")
    made = ArticleDraft.objects.create(
        key=uuid.uuid4(),
        person=world.user("bientap"),
        agency=row.agency,
        article=row,
        fields={"title": ["Đang gõ"]},
        base_version=row.lock_version,
        changed_at=clock.now(),
    )
    return {"key": made.key}


def public(world):
    shown = Article.objects.filter(agency__slug=OWN, state="published").earliest("pk")
    return {"agency_slug": OWN, "slug": shown.slug, "pk": shown.pk}


def a_series(world):
    return {"slug": Series.objects.get_or_create(slug="loat-thu", title="Loạt thử")[0].slug}


def a_month(*names):
    """kwargs (those of `names`) of a month in which `OWN` published."""

    def kwargs(world):
        shown = Article.objects.filter(agency__slug=OWN, state="published").earliest("pk")
        day = clock.today(shown.published_at)
        found = {"agency_slug": OWN, "year": day.year, "number": day.month}
        return {name: found[name] for name in names}

    return kwargs


def series_feed(world):
    return {**a_series(world), "form": "rss"}


def section_feed(world):
    return {**public_section(world), "form": "rss"}


def microsite_feed(world):
    plan = Plan.objects.filter(issuer__slug="dang-bo-tinh-mau", state="issued").earliest("pk")
    row, _made = Microsite.objects.get_or_create(
        plan=plan,
        defaults={
            "agency": plan.issuer,
            "title": plan.title[:200],
            "slug": "chuyen-trang-thu",
            "opens_at": plan.created_at,
        },
    )
    return {"slug": row.slug, "form": "rss"}


def a_tag(world):
    shown = Article.objects.filter(agency__slug=OWN, state="published").earliest("pk")
    Article.objects.filter(pk=shown.pk).update(tags=["Thử"], tag_slugs=["thu"])
    return {"slug": "thu"}


def public_section(world):
    section = Section.objects.filter(agency__slug=OWN).earliest("pk")
    return {"agency_slug": OWN, "section_slug": section.slug}


def section(world):
    return {"agency_slug": OWN, "pk": Section.objects.filter(agency__slug=OWN).earliest("pk").pk}


def preview_link(world):
    row = PreviewLink.objects.filter(article__agency__slug=OWN).earliest("pk")
    return {"pk": row.article_id, "link_pk": row.pk}


def attachment(world):
    item = ArticleItem.objects.filter(
        kind="file", revision__article__agency__slug=OWN, revision__article__state="published"
    ).earliest("pk")
    return {"pk": item.revision.article_id, "upload": item.upload_id}


def series(world):
    return {"agency_slug": OWN, "pk": Series.objects.filter(agency__slug=OWN).earliest("pk").pk}


def remark(world):
    row = Remark.objects.filter(article__agency__slug=OWN).earliest("pk")
    return {"pk": row.article_id, "remark_pk": row.pk}


def feature(world):
    return {"pk": Feature.objects.filter(agency__slug=OWN).earliest("pk").pk}


def responded(world):
    shown = Response.objects.filter(official=True).earliest("pk").article
    return {"agency_slug": OWN, "slug": shown.slug, "pk": shown.pk}


def receipt(world):
    found = Response.objects.filter(article__agency__slug=OWN, state="pending").earliest("pk")
    return {"code": receipt_code(found)}


def response(**which):
    def kwargs(world):
        row = Response.objects.filter(article__agency__slug=OWN, **which).earliest("pk")
        return {"pk": row.article_id, "response_pk": row.pk}

    return kwargs


def responses_of(world):
    return {"pk": responded(world)["pk"]}


def microsite(world):
    return {"pk": Microsite.objects.earliest("pk").pk}


def plan_with_microsite(world):
    return {"plan_pk": Microsite.objects.earliest("pk").plan_id}


NO_ROLE = {"chibo": 403, "dangvien": 403, "tonghop": 403}
# `quantri` administers the province's Party organisation, `kehoach` is its staff: another agency.
READ = {"bientap": 200, "duyet": 200}
WRITE = {"bientap": 302, "duyet": 403}
APPROVE = {"bientap": 403, "duyet": 302}

ROWS = [
    # Beacon of public pages: the same for everybody, without a session; no ticket counts nothing.
    Row("news:count_visit", method="post", default=204, anonymous=204),
    Row("news:statistics", **NO_ROLE),
    Row("news:statistics_xlsx", **NO_ROLE),
    Row("news:register", **NO_ROLE),
    # A month without news: back to the page, which says so.
    Row("news:register_xlsx", method="post", data={"thang": "1990-01"}, default=302, **NO_ROLE),
    Row("news:article_reads", article("published"), default=404, **READ),
    Row("news:agency_site", {"slug": OWN}, default=404, bientap=403, duyet=200),
    Row("news:index", anonymous=200),
    Row("news:agency", {"agency_slug": OWN}, anonymous=200),
    Row("news:section", public_section, anonymous=200),
    Row("news:article", public, anonymous=200),
    Row("news:attachment", attachment, anonymous=200),
    Row("news:article_print", public, anonymous=200),
    Row("news:article_save", public, anonymous=200),
    Row("news:archive", anonymous=200),
    Row("news:archive_year", a_month("year"), anonymous=200),
    Row("news:archive_month", a_month("year", "number"), anonymous=200),
    Row("news:agency_archive", a_month("agency_slug"), anonymous=200),
    Row("news:agency_archive_year", a_month("agency_slug", "year"), anonymous=200),
    Row("news:agency_archive_month", a_month("agency_slug", "year", "number"), anonymous=200),
    Row("news:old_addresses", {"agency_slug": OWN}, default=404, bientap=403, duyet=200),
    Row("news:import_old_addresses", {"agency_slug": OWN}, default=404, bientap=403, duyet=200),
    Row("news:old_addresses_template", {"agency_slug": OWN}, default=404, bientap=403, duyet=200),
    Row(
        "news:drop_old_address",
        {"agency_slug": OWN, "pk": 1},
        method="post",
        default=404,
        bientap=403,
        duyet=302,
    ),
    Row("news:feeds", anonymous=200),
    Row("news:feed", {"form": "rss"}, anonymous=200),
    Row("news:agency_feed", {"agency_slug": OWN, "form": "atom"}, anonymous=200),
    Row("news:section_feed", section_feed, anonymous=200),
    Row("news:series_feed", series_feed, anonymous=200),
    Row("news:microsite_feed", microsite_feed, anonymous=200),
    Row("news:series_index", anonymous=200),
    Row("news:series", a_series, anonymous=200),
    Row("news:tag", a_tag, anonymous=200),
    Row("news:desk", **NO_ROLE),
    Row("news:waiting", **NO_ROLE),
    Row("news:timetable", **NO_ROLE),
    Row("news:create", **NO_ROLE, duyet=403, kehoach=403, quantri=403),
    Row("news:add_items", method="post", default=404),
    Row("news:tags", default=404),
    Row("news:tags", query=f"co_quan={OWN}", default=404, bientap=200, duyet=403),
    Row("news:sections", default=403, duyet=302, quantri=200),
    Row("news:agency_sections", {"agency_slug": OWN}, default=404, bientap=403, duyet=200),
    Row("news:edit_section", section, default=404, bientap=403, duyet=200),
    Row("news:agency_series", {"agency_slug": OWN}, default=404, bientap=403, duyet=200),
    Row("news:edit_series", series, default=404, bientap=403, duyet=200),
    Row("news:desk_article", article("published"), default=404, **READ),
    Row("news:preview", article("submitted"), default=404, **READ),
    # without saying for whom the page was made nothing is kept
    Row("news:autosave", article("returned"), method="post", anonymous=401, default=409),
    Row("news:autosave_new", method="post", anonymous=401, default=409),
    Row("news:autosave_token", anonymous=401),
    Row("news:presence", article("returned"), anonymous=204, default=404, **READ),
    Row(
        "news:presence",
        article("returned"),
        method="post",
        anonymous=204,
        default=404,
        bientap=200,
        duyet=403,
    ),
    Row("news:pasted", method="post", anonymous=401, default=403, bientap=200, khach=200),
    Row("news:draft", draft, default=404, bientap=200),
    Row("news:revisions", article("published"), default=404, **READ),
    Row("news:revision", revision("published"), default=404, **READ),
    Row("news:compare", article("published"), default=404, bientap=302, duyet=302),
    Row("news:restore", revision("returned"), default=404, bientap=200, duyet=403),
    Row("news:shown_on", article("published"), default=404, **READ),
    Row("news:edit", article("returned"), default=404, bientap=200, duyet=403),
    Row("news:withdraw", article("published"), default=404, bientap=403, duyet=200),
    Row("news:submit", article("returned"), method="post", default=404, **WRITE),
    Row("news:take_back", article("submitted"), method="post", default=404, **WRITE),
    Row("news:discard", article("returned"), method="post", default=404, **WRITE),
    Row("news:publish", article("submitted"), method="post", default=404, **APPROVE),
    Row("news:schedule", article("submitted"), default=404, bientap=403, duyet=200),
    Row("news:preview_links", article("submitted"), default=404, bientap=200, duyet=200),
    Row("news:shared_preview", {"secret": "A" * 32}, default=404, anonymous=404),
    Row(
        "news:revoke_preview_link",
        preview_link,
        method="post",
        default=404,
        bientap=302,
        duyet=302,
    ),
    Row("news:touch_up", article("submitted"), default=404, bientap=403, duyet=200),
    Row("news:paper", article("submitted"), default=404, bientap=302, duyet=302),
    Row("news:unschedule", article("scheduled"), method="post", default=404, **APPROVE),
    Row("news:publish_now", article("scheduled"), method="post", default=404, **APPROVE),
    Row(
        "news:send_back",
        article("submitted"),
        method="post",
        default=404,
        bientap=403,
        duyet=200,  # the page again: without a remark nothing is sent back
    ),
    Row(
        "news:add_remark",
        article("submitted"),
        method="post",
        data={"nx-text": "Ghi rõ số liệu."},
        default=404,
        bientap=302,
        duyet=302,
    ),
    Row(
        "news:reply_remark",
        remark,
        method="post",
        default=404,
        bientap=200,
        duyet=200,  # the page again: an empty answer is none
    ),
    Row("news:resolve_remark", remark, method="post", default=404, bientap=302, duyet=302),
    Row("news:feature_places", default=403, duyet=302, quantri=200),
    Row("news:features", {"key": OWN}, default=404, bientap=403, duyet=200),
    Row("news:features", {"key": "cong"}, default=404, kehoach=403, quantri=200),
    Row("news:add_feature", {"key": OWN}, default=404, bientap=403, duyet=200),
    Row("news:search_feature", {"key": OWN}, default=404, bientap=403, duyet=200),
    Row("news:order_features", {"key": OWN}, method="post", default=404, bientap=403, duyet=302),
    Row("news:edit_feature", feature, default=404, bientap=403, duyet=200),
    Row("news:move_feature", feature, method="post", default=404, bientap=403, duyet=302),
    Row("news:remove_feature", feature, method="post", default=404, bientap=403, duyet=302),
    Row("news:responses:write", responded, anonymous=200),
    Row("news:responses:all", responded, anonymous=200),
    Row("news:responses:receipt", receipt, anonymous=200),
    Row("news:desk_responses", responses_of, default=404, **READ),
    Row(
        "news:open_responses",
        responses_of,
        method="post",
        default=404,
        bientap=302,
        duyet=302,
    ),
    Row(
        "news:answer_response",
        response(official=False, state="shown"),
        default=404,
        bientap=200,
        duyet=200,
    ),
    Row(
        "news:take_answer_away",
        response(official=True),
        method="post",
        default=404,
        bientap=302,
        duyet=302,
    ),
    Row("news:microsites", default=403, duyet=200, quantri=200),
    Row("news:create_microsite", plan_with_microsite, default=403, quantri=302),
    Row("news:edit_microsite", microsite, default=404, kehoach=403, quantri=200),
]
