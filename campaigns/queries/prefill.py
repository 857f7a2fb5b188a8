"""What evidence says about the figures of a report: counted set-based, for one unit or for all."""

from collections import defaultdict

from django.db import connection

from campaigns.models import Indicator

Prefill = Indicator.Prefill

#: Evidence of a unit counts in the plan that asks, and in the unit's own plan that carries it out.
#: What shows several tasks at once (an article) is one piece of work and counts once.
_SHOWN = """
WITH shown AS (
    SELECT DISTINCT ON (a.agency_id, e.source_kind, e.source_id)
           e.id, a.agency_id, e.kind, e.channel, e.attendees, e.speakers, e.quantity, e.indicator_id
    FROM campaigns_evidence e
    JOIN campaigns_assignment a ON a.id = e.assignment_id
    JOIN campaigns_task t ON t.id = a.task_id
    JOIN campaigns_plan p ON p.id = t.plan_id
    WHERE e.retracted_at IS NULL AND e.happened_on BETWEEN %(first)s AND %(last)s
      AND (p.id = %(plan)s
           OR (p.implements_id = %(plan)s AND p.issuer_id = a.agency_id
               AND p.state <> 'withdrawn'))
      AND (%(agencies)s::bigint[] IS NULL OR a.agency_id = ANY(%(agencies)s::bigint[]))
    ORDER BY a.agency_id, e.source_kind, e.source_id, e.indicator_id NULLS LAST, e.id
)
"""
_FIGURES = """
SELECT s.agency_id, s.indicator_id,
       count(*) FILTER (WHERE kind = 'article'),
       count(*) FILTER (WHERE kind = 'link' AND channel <> 'broadcast'),
       coalesce(sum(CASE WHEN s.indicator_id IS NULL THEN coalesce(quantity, 1) ELSE 1 END)
                FILTER (WHERE kind = 'link' AND channel = 'broadcast'), 0),
       count(*) FILTER (WHERE kind = 'meeting'),
       coalesce(sum(attendees), 0),
       coalesce(sum(speakers), 0),
       coalesce(sum(photos.n), 0),
       coalesce(sum(quantity) FILTER (WHERE s.indicator_id IS NOT NULL), 0)
FROM shown s
LEFT JOIN LATERAL (
    SELECT count(*) AS n FROM campaigns_evidencefile f JOIN common_upload u ON u.id = f.upload_id
    WHERE f.evidence_id = s.id AND u.kind IN ('image', 'photo')
) photos ON true
GROUP BY s.agency_id, s.indicator_id
"""
_FILES = """
SELECT f.id FROM shown s
JOIN campaigns_evidencefile f ON f.evidence_id = s.id
JOIN common_upload u ON u.id = f.upload_id AND u.kind IN ('image', 'photo')
JOIN campaigns_evidence e ON e.id = s.id
ORDER BY s.agency_id, e.happened_on, e.id, f.position, f.id
LIMIT %(most)s
"""
_COUNT = _SHOWN + _FIGURES
_PHOTOS = _SHOWN + _FILES
#: In the order of the columns of `_COUNT` behind unit and indicator.
_RULES = (
    Prefill.ARTICLES,
    Prefill.LINKS,
    Prefill.BROADCASTS,
    Prefill.MEETINGS,
    Prefill.ATTENDEES,
    Prefill.SPEAKERS,
    Prefill.PHOTOS,
)


def computed(*, plan_id, first_on, last_on, indicators, agency_ids=None):
    """{agency id: {indicator id: figure}} from what was shown in the days of a period. One query.

    Every indicator counts by its own rule; evidence that names an indicator counts for it with
    its quantity, in place of what the rule would count. Indicators that the portal does not count
    are left out, units without evidence have no entry.

    Args:
        agency_ids: None for every unit.
    """
    counted = [i.pk for i in indicators if i.prefill != Prefill.NONE]
    found = defaultdict(lambda: dict.fromkeys(counted, 0))
    rule_of = {i.pk: i.prefill for i in indicators}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _given(plan_id, first_on, last_on, agency_ids))
        for agency_id, named, *figures, quantity in cursor.fetchall():
            by_rule = dict(zip(_RULES, figures, strict=True))
            own = found[agency_id]
            for pk in counted:
                own[pk] += int(quantity if pk == named else by_rule.get(rule_of[pk], 0))
    return dict(found)


def photo_ids(*, plan_id, first_on, last_on, agency_ids=None, most=60):
    """Ids of the EvidenceFiles of photos shown in the days of a period, unit by unit. One query."""
    given = _given(plan_id, first_on, last_on, agency_ids) | {"most": most}
    with connection.cursor() as cursor:
        cursor.execute(_PHOTOS, given)
        return [row[0] for row in cursor.fetchall()]


def _given(plan_id, first_on, last_on, agency_ids):
    return {
        "plan": plan_id,
        "first": first_on,
        "last": last_on,
        "agencies": None if agency_ids is None else list(agency_ids),
    }
