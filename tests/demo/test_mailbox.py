"""The demo's page of mails: reads what Django's file backend writes, shows nothing that runs."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import NoReverseMatch, clear_url_caches, reverse

FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def folder(tmp_path, settings):
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.EMAIL_BACKEND = FILE_BACKEND
    return tmp_path


@pytest.fixture
def urls(settings):
    settings.ROOT_URLCONF = "tests.demo.urls"
    clear_url_caches()
    yield
    clear_url_caches()


def send(*subjects, html="<p>Xin chào</p>", text="Xin chào, Đặng Thị Ngọc Ánh"):
    connection = get_connection()
    letters = []
    for subject in subjects:
        letter = EmailMultiAlternatives(subject, text, to=["an@mau.example"])
        letter.attach_alternative(html, "text/html")
        letters.append(letter)
    connection.send_messages(letters)


def test_outside_the_demo_there_is_no_such_address():
    with pytest.raises(NoReverseMatch):
        reverse("demo:mails")


@pytest.mark.django_db
def test_every_mail_newest_first_and_paged(folder, urls, client):
    send("Thư một", "Thư hai")
    page = client.get("/demo/thu/").context["page"]
    assert [letter.subject for letter in page] == ["Thư hai", "Thư một"]
    assert {letter.to for letter in page} == {"an@mau.example"}
    (folder / "20990101-000000-1.log").write_bytes(
        b"".join(
            b"Subject: So %d\nTo: b@mau.example\n\nx\n" % n + b"-" * 79 + b"\n" for n in range(25)
        )
    )
    page = client.get("/demo/thu/").context["page"]
    assert (page.count, page.pages, page.items[0].subject) == (27, 2, "So 24")


@pytest.mark.django_db
def test_a_file_that_grows_is_read_again_and_half_a_mail_is_not_shown(folder, urls, client):
    path = folder / "20250922-073000-1.log"
    whole = b"Subject: Mot\nTo: a@mau.example\n\nx\n" + b"-" * 79 + b"\n"
    path.write_bytes(whole + b"Subject: Hai\nTo: a@m")
    assert client.get("/demo/thu/").context["page"].count == 1
    path.write_bytes(whole + whole.replace(b"Mot", b"Hai"))
    page = client.get("/demo/thu/").context["page"]
    assert [letter.subject for letter in page] == ["Hai", "Mot"]


@pytest.mark.django_db
def test_one_mail_as_text_and_as_safe_html(folder, urls, client):
    send(
        "Đợt 2 bắt đầu",
        html=(
            '<p onclick="x()">Chào <a href="http://localhost:8000/thong-bao/">bạn</a></p>'
            '<script>alert(1)</script><img src="https://xa.example/p.png"><style>p{}</style>'
            '<a href="javascript:alert(1)">bấm</a>'
        ),
        text="Xem http://localhost:8000/thong-bao/ <script>",
    )
    name = client.get("/demo/thu/").context["page"].items[0].name
    response = client.get(f"/demo/thu/{name}/")
    letter = response.context["letter"]
    assert letter.html == (
        '<p>Chào <a href="http://localhost:8000/thong-bao/" rel="noopener noreferrer">bạn</a></p>'
        '<a rel="noopener noreferrer">bấm</a>'
    )
    body = response.content.decode()
    assert "Đợt 2 bắt đầu" in body
    assert '<a href="http://localhost:8000/thong-bao/" rel="nofollow">' in body
    assert "&lt;script&gt;" in body


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nothing", "20250922-073000-1-9", "..-1", "20250922-073000-1-x"])
def test_what_is_not_there_is_404(folder, urls, client, name):
    (folder / "20250922-073000-1.log").write_bytes(b"Subject: x\n\nx\n" + b"-" * 79 + b"\n")
    assert client.get(f"/demo/thu/{name}/").status_code == 404


@pytest.mark.django_db
def test_an_empty_folder_says_what_will_be_here(folder, urls, client):
    assert "Chưa có thư nào" in client.get("/demo/thu/").content.decode()
