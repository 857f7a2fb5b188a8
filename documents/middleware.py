"""What is not for everybody stays in no cache and no search engine, whichever page shows it."""


class KeepInside:
    """Marks answers to people who were let in to a document that is not public.

    `views._fetch.readable_document` leaves `reads_inside` on the user of the request.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        match = request.resolver_match
        if (
            match is not None
            and match.app_name == "documents"
            and getattr(request.user, "reads_inside", False)
        ):
            response["Cache-Control"] = "private, no-store"
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response
