"""Render the texts of published editions that have none, or one of an earlier renderer."""

from django.core.management.base import BaseCommand

from documents import actions, queries


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="also those that are up to date")

    def handle(self, *args, **options):
        done = 0
        for edition in queries.editions_to_render(everything=options["all"]):
            actions.render_text(edition, anew=options["all"])
            done += 1
        self.stdout.write(f"{done} editions rendered")
