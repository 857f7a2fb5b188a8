"""Writing the ground that plans stand on: agencies, events, registered documents."""

from campaigns import actions
from campaigns.loading.checking import canonical
from campaigns.models import Event
from portal.agencies import loading as agency_loading
from portal.agencies.models import Agency
from portal.official import actions as official
from portal.official.models import DocumentLink
from portal.official.queries import document_type, matching
from portal.official.symbols import parse_symbol

#: Values of an event that are no dates.
DETAILS = frozenset(
    {
        "host",
        "kind",
        "delegates",
        "name",
        "ordinal",
        "term_start",
        "term_end",
        "origin_on",
        "place",
        "expected_words",
    }
)


class Ground:
    """The part of the writer that knows nothing of plans.

    A subclass gives `world`, `actor` and `report`; `_at` is the (source, path) being written.
    """

    def _agencies(self):
        world = self.world
        before = set(Agency.objects.values_list("pk", flat=True))
        if world.agencies:
            self._at = next(iter(world.agencies.values()))["@"]
        agency_loading.load(
            levels=list(world.levels.values()),
            agencies=list(world.agencies.values()),
            successions=[{**row, "to": row["to"] or []} for row in world.successions.values()],
            actor=self.actor,
        )
        wanted = {slug for slug in world.known_agencies if slug}
        self.agencies = {a.slug: a for a in Agency.objects.filter(slug__in=wanted)}
        self.report.created["agencies"] += Agency.objects.exclude(pk__in=before).count()

    def _events(self):
        world = self.world
        rows = [(row, self._congress(row)) for row in world.congresses.values()]
        rows += [(row, self._event(row)) for row in world.events.values()]
        rows += [(row, self._commemoration(row)) for row in world.commemorations.values()]
        slugs = {row["slug"] for row, _values in rows}
        stored = {e.slug: e for e in Event.objects.filter(slug__in=slugs)}
        for row, values in rows:
            self._at = row["@"]
            event = stored.get(row["slug"])
            if event is None:
                stored[row["slug"]] = actions.create_event(
                    actor=self.actor, slug=row["slug"], **values
                )
                self.report.created["events"] += 1
                continue
            details = {k: v for k, v in values.items() if k in DETAILS}
            dates = {k: v for k, v in values.items() if k not in DETAILS}
            event = actions.update_event(actor=self.actor, event=event, **details)
            stored[row["slug"]] = actions.move_event(actor=self.actor, event=event, dates=dates)
        self.events = {e.slug: e for e in Event.objects.filter(slug__in=world.known_events)}
        for row, _values in rows:
            if row.get("previous"):
                self._at = row["@"]
                actions.update_event(
                    actor=self.actor,
                    event=self.events[row["slug"]],
                    previous=self.events[row["previous"]],
                )

    def _happening(self, row):
        start, end = row["term"] or (None, None)
        return {
            "host": self.agencies[row["host"]],
            "name": row["name"] or "",
            "ordinal": row["ordinal"],
            "term_start": start,
            "term_end": end,
            "place": row["place"] or "",
            "expected_words": row["expected_words"] or "",
            "planned_opens": row["opens"],
            "planned_closes": row["closes"],
            **{
                name: row[name]
                for name in (
                    "expected_opens", "expected_closes", "actual_opens", "actual_closes",
                )
            },
        }  # fmt: skip

    def _congress(self, row):
        return {"kind": "congress", "delegates": row["kind"], **self._happening(row)}

    def _event(self, row):
        return {"kind": row["kind"], **self._happening(row)}

    def _commemoration(self, row):
        return {
            "kind": "commemoration",
            "name": row["name"],
            "origin_on": row["event_date"],
            "planned_opens": row["observed_on"],
            "planned_closes": row["observed_on"],
        }

    def _documents(self):
        self.documents = {}
        for row in self.world.documents.values():
            self._at = row["@"]
            issuer = self.agencies[row["issuer"]]
            values = {
                "symbol": row["symbol_raw"] or row["symbol"],
                "issued_on": row["issued_on"],
                "title": row["abstract"] or "",
                "signer": row["signer"] or "",
            }
            parts = parse_symbol(row["symbol"])
            if row["kind"] and row["kind"].casefold() != parts.type.casefold():
                values["type"] = document_type(row["kind"], parts.family or "party")
            stored = self._stored_document(row, issuer)
            if stored is None:
                stored = official.register_document(
                    actor=self.actor, issuer=issuer, issuer_name=issuer.name, **values
                )
                self.report.created["documents"] += 1
            elif not hasattr(stored, "plan"):
                # The document of a plan says what the plan says.
                stored = official.update_document(actor=self.actor, document=stored, **values)
            self.documents[canonical(row["symbol"])] = stored

    def _stored_document(self, row, issuer):
        found = matching(row["symbol"], issuer=issuer)
        if row["issued_on"]:
            found = found.filter(issued_on__year=row["issued_on"].year) | found.filter(
                issued_on=None
            )
        return found.first()

    def _document_links(self):
        for row in self.world.documents.values():
            self._at = row["@"]
            if row["links"] is None:
                continue
            for kind in DocumentLink.Kind.values:
                to = [link["to"] for link in row["links"] if link["kind"] == kind]
                if to:
                    official.set_links(
                        actor=self.actor,
                        source=self.documents[canonical(row["symbol"])],
                        kind=kind,
                        targets=[self._document(symbol) for symbol in to],
                    )

    def _document(self, symbol):
        key = canonical(symbol)
        if key not in self.documents:
            self.documents[key] = matching(symbol).first()
        return self.documents[key]
