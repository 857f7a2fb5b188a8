from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"
    label = "campaigns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from campaigns import importing, jobs, notify, owners, progress_files
        from campaigns.actions import hand_over_assignments
        from campaigns.actions.succession import NAME, CampaignLegacy
        from campaigns.navigation import entries
        from campaigns.queries.approval import approved_plans
        from campaigns.queries.plans import document_pages, documents_of_plans, visible_documents
        from campaigns.reporting import jobs as report_jobs
        from campaigns.today import sections
        from portal.agencies import today
        from portal.agencies.registries import HOLDINGS, LEGACIES, SHEETS
        from portal.common import nav
        from portal.official.registry import approved, changed_elsewhere, pages, visibility

        owners.register()
        HOLDINGS.register("campaigns.assignments", hand_over_assignments)
        LEGACIES.register(NAME, CampaignLegacy())
        SHEETS.register(importing.TASKS, importing.TaskSheet())
        SHEETS.register(importing.CONGRESSES, importing.CongressSheet())
        visibility.register("campaigns", visible_documents)
        pages.register("campaigns", document_pages)
        changed_elsewhere.register("campaigns", documents_of_plans)
        approved.register("campaigns.plan", approved_plans)
        notify.register()
        jobs.register()
        report_jobs.register()
        progress_files.register()
        for entry in entries():
            nav.staff.add(entry)
        today.PROVIDERS.register("campaigns", sections)
