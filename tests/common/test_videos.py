"""Videos: told by their content, kept as they are, given out in parts."""

import io
import struct
from types import SimpleNamespace

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.common.errors import Refused
from portal.common.uploads.actions import store_video

from ..official.factories import a_user

pytestmark = pytest.mark.django_db


def box(kind, *content):
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def track(codec, width=640, height=360):
    tkhd = bytes(76) + struct.pack(">II", width << 16, height << 16)
    stsd = bytes(4) + struct.pack(">I", 1) + box(codec, bytes(78))
    return box(
        b"trak",
        box(b"tkhd", tkhd),
        box(b"mdia", box(b"minf", box(b"stbl", box(b"stsd", stsd)))),
    )


def mp4(*tracks, media=b"\x00" * 1000):
    tracks = tracks or (track(b"mp4a", 0, 0), track(b"avc1"))
    return (
        box(b"ftyp", b"isom\x00\x00\x02\x00isomavc1")
        + box(b"moov", box(b"mvhd", bytes(100)), *tracks)
        + box(b"mdat", media)
    )


WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + b"\x18\x53\x80\x67" + bytes(200)


def sent(data, name="phong-su.mp4"):
    return SimpleUploadedFile(name, data)


def test_an_mp4_is_kept_byte_for_byte_with_its_measures():
    mai = a_user("mai")
    data = mp4()
    upload = store_video(sent(data, "C:\\phim\\Phóng sự.mp4"), actor=mai, agency=7)
    assert (upload.kind, upload.content_type, upload.original_name) == (
        "video",
        "video/mp4",
        "Phóng sự.mp4",
    )
    assert (upload.width, upload.height, upload.size) == (640, 360, len(data))
    assert upload.url == f"/media/video/{upload.created_at:%Y/%m}/{upload.pk}.mp4"
    with default_storage.open(upload.file.name) as file:
        assert file.read() == data


def test_large_boxes_and_boxes_to_the_end():
    large = box(b"ftyp", b"isomisom") + box(b"moov", track(b"avc1"))
    large += struct.pack(">I4sQ", 1, b"mdat", 16 + 5) + b"media"
    assert store_video(sent(large), actor=None, agency=7).width == 640
    open_end = box(b"ftyp", b"isomisom") + box(b"moov", track(b"avc3"))
    open_end += struct.pack(">I4s", 0, b"mdat") + b"media"
    assert store_video(sent(open_end), actor=None, agency=7).height == 360


def test_webm_is_taken_matroska_is_not():
    upload = store_video(sent(WEBM, "a.mp4"), actor=None, agency=7)
    assert (upload.content_type, upload.width) == ("video/webm", None)
    assert upload.file.name.endswith(".webm")
    assert refusal(WEBM.replace(b"\x84webm", b"\x88matroska")) == "not_a_video"


def refusal(data):
    with pytest.raises(Refused) as refused:
        store_video(sent(data), actor=None, agency=7)
    return refused.value.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<script>alert(1)</script>", "not_a_video"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "not_a_video"),
        (b"RIFF\x00\x00\x00\x00AVI LIST" + bytes(60), "not_a_video"),
        (mp4()[:-1], "cut_off"),
        (mp4()[:60], "cut_off"),
        (box(b"ftyp", b"isom") + box(b"mdat", b"x"), "cut_off"),
        (box(b"ftyp", b"isom"), "not_a_video"),
        (box(b"ftyp", b"isom") + box(b"moov", b""), "not_a_video"),
        (box(b"ftyp", b"isom") + box(b"moov", box(b"free", bytes(4)) * 6000), "not_a_video"),
        (box(b"ftyp", b"isom") + struct.pack(">I4s", 4, b"moov"), "not_a_video"),
        (mp4(track(b"hvc1")), "codec"),
        (mp4(track(b"mp4a", 0, 0)), "not_a_video"),  # sound only
        (b"\x1a\x45\xdf\xa3" + bytes(100), "not_a_video"),
    ],
)
def test_what_is_no_video_is_refused(data, code):
    assert refusal(data) == code


def test_the_size_is_limited(settings):
    settings.VIDEO_MAX_MB = 1
    rest = 1024 * 1024 - len(mp4(media=b""))
    assert store_video(sent(mp4(media=bytes(rest))), actor=None, agency=7).size == 1024 * 1024
    assert refusal(mp4(media=bytes(rest + 1))) == "too_large"


def test_a_video_is_read_in_pieces():
    """Whoever reads 200 MB at once takes the machine from everybody else."""

    class Counting(io.BytesIO):
        name, largest = "dai.mp4", 0

        def read(self, size=-1):
            data = super().read(size)
            Counting.largest = max(Counting.largest, len(data))
            return data

    data = mp4(media=bytes(3 * 1024 * 1024))
    upload = store_video(Counting(data), actor=None, agency=7)
    assert upload.size == len(data)
    assert Counting.largest <= 1024 * 1024


@pytest.fixture
def video():
    upload = store_video(sent(mp4(media=bytes(range(256)) * 8)), actor=None, agency=7)
    with upload.file.open() as file:
        return SimpleNamespace(url=upload.url, data=file.read())


def test_the_whole_video_says_that_parts_may_be_asked_for(client, video):
    answer = client.get(video.url)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == video.data
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Type"] == "video/mp4"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not answer.cookies


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("0-0", 0, 1),
        ("10-99", 10, 100),
        ("500-", 500, None),
        ("-20", -20, None),
        ("7-99999", 7, None),
    ],
)
def test_parts_of_a_video(client, video, asked, start, end):
    answer = client.get(video.url, headers={"Range": f"bytes={asked}"})
    expected = video.data[start:end]
    first = start % len(video.data)
    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == expected
    assert answer["Content-Length"] == str(len(expected))
    last = first + len(expected) - 1
    assert answer["Content-Range"] == f"bytes {first}-{last}/{len(video.data)}"


@pytest.mark.parametrize("asked", ["99999-", "5-2", "-0", f"{'9' * 40}-"])
def test_parts_that_do_not_exist(client, video, asked):
    answer = client.get(video.url, headers={"Range": f"bytes={asked}"})
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(video.data)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=-", "chars=0-1", "bytes=a-b"])
def test_other_ranges_get_everything(client, video, asked):
    answer = client.get(video.url, headers={"Range": asked})
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) == len(video.data)


def test_no_other_folder_and_no_other_ending(client, video):
    for path in (
        video.url.replace(".mp4", ".html"),
        video.url.replace("/video/", "/tep/"),
        video.url.replace("/video/", "/anh/"),
        video.url.replace("/media/video/", "/media/video/../video/"),
    ):
        assert client.get(path).status_code == 404
