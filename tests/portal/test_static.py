"""Which static files are published."""

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from portal.common.staticfiles import left_out


@pytest.mark.parametrize(
    "path",
    [
        "ckeditor/ckeditor/samples/index.html",
        "ckeditor/ckeditor/adapters/jquery.js",
        "ckeditor/ckeditor/plugins/flash/dialogs/flash.js",
        "ckeditor/ckeditor/plugins/scayt/dialogs/options.js",
        "ckeditor/ckeditor/lang/fr.js",
        "ckeditor/ckeditor/plugins/link/dialogs/lang/fr.js",
        "ckeditor/ckeditor/plugins/specialchar/dialogs/lang/zh-cn.js",
        "ckeditor/galleriffic/js/jquery.galleriffic.js",
    ],
)
def test_what_no_page_loads_is_left_out(path):
    assert left_out(path)
    assert not finders.find(path)


@pytest.mark.parametrize(
    "path",
    [
        "ckeditor/ckeditor/ckeditor.js",
        "ckeditor/ckeditor/lang/vi.js",
        "ckeditor/ckeditor/lang/en.js",
        "ckeditor/ckeditor/plugins/divarea/plugin.js",
        "ckeditor/ckeditor/plugins/image2/plugin.js",
        "ckeditor/ckeditor/plugins/image2/lang/vi.js",
        "ckeditor/ckeditor/plugins/uploadimage/plugin.js",
        "ckeditor/ckeditor/plugins/table/dialogs/table.js",
        "ckeditor/ckeditor/skins/moono-lisa/editor.css",
        "django_htmx/htmx-2.min.js",
    ],
)
def test_what_pages_load_is_there(path):
    assert not left_out(path)
    assert finders.find(path) is not None


def test_few_files_are_collected():
    names = [
        path for finder in finders.get_finders() for path, _ in finder.list(["CVS", ".*", "*~"])
    ]
    ckeditor = [name for name in names if name.startswith("ckeditor/")]
    assert 50 < len(ckeditor) < 350
    assert len(names) == len(set(names))


def test_the_real_storage_hashes_names():
    from portal import settings as given

    assert given.STORAGES["staticfiles"]["BACKEND"] == "portal.common.staticfiles.StaticStorage"
    assert settings.STORAGES["staticfiles"]["BACKEND"].endswith(".StaticFilesStorage")
