"""Static files: hashed, compressed, and without what no page of the portal loads."""

import re

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Of CKEditor's own files: samples, adapters, plugins that are not in our toolbar (some of them
# talk to other people's servers) and languages that the portal does not speak.
_UNUSED_PLUGINS = (
    "about|adobeair|ajax|autoembed|autogrow|autolink|bbcode|codesnippet|codesnippetgeshi|devtools"
    "|div|docprops|embed|embedbase|embedsemantic|exportpdf|flash|forms|iframe|iframedialog|language"
    "|mathjax|newpage|pagebreak|placeholder|preview|scayt|sharedspace|smiley|sourcedialog"
    "|stylesheetparser|templates|uicolor|wsc|xml"
)
_LEFT_OUT = [
    re.compile(pattern)
    for pattern in (
        r"^ckeditor/(galleriffic|file-icons)/",
        r"^ckeditor/ckeditor/(samples|adapters|vendor|skins/moono)/",
        r"^ckeditor/ckeditor/([A-Z]+\.md|bender-runner\.config\.json|build-config\.js)$",
        rf"^ckeditor/ckeditor/plugins/({_UNUSED_PLUGINS})/",
        r"^ckeditor/ckeditor/plugins/[^/]+/samples/",
        r"^ckeditor/ckeditor/(plugins/.+/)?lang/(?!(vi|en)\.js$|_)",
    )
]


def left_out(path: str) -> bool:
    """Whether the static file `path` (with forward slashes) is not to be published."""
    return any(pattern.search(path) for pattern in _LEFT_OUT)


class LeanAppDirectoriesFinder(AppDirectoriesFinder):
    """Finds the apps' static files but for those that `left_out` names."""

    def list(self, ignore_patterns):
        for path, storage in super().list(ignore_patterns):
            if not left_out(path.replace("\\", "/")):
                yield path, storage

    def find(self, path, *args, **kwargs):
        if left_out(path):
            return []
        return super().find(path, *args, **kwargs)


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Names with a hash of the content, so that browsers may keep them for ever; gzip beside."""
