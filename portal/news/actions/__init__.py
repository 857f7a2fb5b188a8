"""The verbs of news: only they write sections, articles and remarks.

All of them are atomic, take keyword arguments only, and say with `Refused` why they will not do
what was asked. `now` is the instant at which it happens, the present one if not given: the loader
of the demo gives earlier ones, so that roles, names and dates are those of that day.
"""

from portal.news.actions._live import approving_grant, refuse_due
from portal.news.actions.drafts import clean_up_drafts, drop_draft, keep_draft
from portal.news.actions.features import (
    add_feature,
    move_feature,
    order_features,
    remove_feature,
    time_feature,
)
from portal.news.actions.handover import pass_on_desk, return_scheduled
from portal.news.actions.items import UNSET, ItemInput, items_as_given
from portal.news.actions.microsites import create_microsite, edit_microsite
from portal.news.actions.old_addresses import drop_old_address, keep_old_addresses
from portal.news.actions.paper import publish_on_paper
from portal.news.actions.previews import (
    make_preview_link,
    open_preview_link,
    revoke_preview_link,
)
from portal.news.actions.publication import publish, send_back, submit, take_back, withdraw
from portal.news.actions.remarks import add_remark, resolve_remark
from portal.news.actions.responses import (
    answer_response,
    ask_again,
    erase_contacts,
    send_response,
    set_responses_open,
    take_answer_away,
    take_back_response,
)
from portal.news.actions.restoring import restore_revision
from portal.news.actions.scheduling import (
    publish_due,
    publish_now,
    refuse_correction,
    reschedule,
    schedule,
    unschedule,
)
from portal.news.actions.sections import create_section, edit_section
from portal.news.actions.series import create_series, edit_series
from portal.news.actions.sites import save_site
from portal.news.actions.touching_up import look, touch_up
from portal.news.actions.visits import flush_visits, record_days
from portal.news.actions.writing import create_article, discard_correction, save_article

__all__ = [
    "UNSET",
    "ItemInput",
    "add_feature",
    "add_remark",
    "answer_response",
    "approving_grant",
    "ask_again",
    "clean_up_drafts",
    "create_article",
    "create_microsite",
    "create_section",
    "create_series",
    "discard_correction",
    "drop_draft",
    "drop_old_address",
    "edit_microsite",
    "edit_section",
    "edit_series",
    "erase_contacts",
    "flush_visits",
    "items_as_given",
    "keep_draft",
    "keep_old_addresses",
    "look",
    "make_preview_link",
    "move_feature",
    "open_preview_link",
    "order_features",
    "pass_on_desk",
    "publish",
    "publish_due",
    "publish_now",
    "publish_on_paper",
    "record_days",
    "refuse_correction",
    "refuse_due",
    "remove_feature",
    "reschedule",
    "resolve_remark",
    "restore_revision",
    "return_scheduled",
    "revoke_preview_link",
    "save_article",
    "save_site",
    "schedule",
    "send_back",
    "send_response",
    "set_responses_open",
    "submit",
    "take_answer_away",
    "take_back",
    "take_back_response",
    "time_feature",
    "touch_up",
    "unschedule",
    "withdraw",
]
