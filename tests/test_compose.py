"""docker-compose.yml: complete for the settings, nothing secret given away, every service looked
after. It cannot be started here, so it is read as Compose reads it."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat", "migrate")
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?:(:[-?])([^}]*))?\}")
GIVEN = {
    "POSTGRES_PASSWORD": "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "REDIS_PASSWORD": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "SECRET_KEY": "sVnW2l0mXq8Z1uYt6rPp4oKk9jHh3gFd7sAa5zXcVbNm2QwErTy0UiOpLk",
    "PORTAL_HOST": "cong.example.vn",
    "EMAIL_URL": "smtp+tls://portal:pw@mail.example.vn:587",
    "DEFAULT_FROM_EMAIL": "cong@example.vn",
    "IDENTITY_MASTER_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "TLS_DIR": "/etc/ssl/portal",
}


def variables():
    """(name, ':-' or ':?' or '', text) of every variable the file asks for."""
    text = "\n".join(
        line
        for line in (ROOT / "docker-compose.yml").read_text().splitlines()
        if not line.lstrip().startswith("#")
    )
    return [(found[1], found[2] or "", found[3] or "") for found in VARIABLE.finditer(text)]


def filled_in(value: str) -> str:
    """`value` as Compose hands it on when `GIVEN` is the environment."""

    def replace(found):
        name, operator, text = found[1], found[2], found[3]
        if name in GIVEN:
            return GIVEN[name]
        assert operator == ":-", f"{name} is neither given nor has a default"
        return text

    return VARIABLE.sub(replace, str(value)).replace("$$", "$")


def required_by_settings() -> set[str]:
    """Variables without which production does not start: read from the settings themselves."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / "portal" / "settings.py").read_text())):
        is_reader = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "env"
        )
        if not is_reader or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        defaults = [*node.args[1:], *(k.value for k in node.keywords if k.arg == "default")]
        only_debug = bool(defaults) and (
            isinstance(defaults[0], ast.Call) and getattr(defaults[0].func, "id", "") == "in_debug"
        )
        if only_debug or (not defaults and node.func.attr != "origins"):
            names.add(node.args[0].value)
    return names


def test_the_settings_are_read_rightly():
    assert required_by_settings() == {
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "SITE_URL",
        "EMAIL_URL",
        "STORAGE_URL",
        "IDENTITY_KEY_DIR",
        "IDENTITY_MASTER_KEY",
    }


@pytest.mark.parametrize("name", OURS)
def test_each_process_gets_every_required_variable(name):
    assert required_by_settings() - set(SERVICES[name]["environment"]) == set()


@pytest.mark.parametrize("name", OURS)
def test_the_portal_starts_with_what_compose_hands_on(name):
    environ = {key: filled_in(value) for key, value in SERVICES[name]["environment"].items()}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_secret_has_a_default():
    secret = re.compile(r"PASSWORD|SECRET|KEY|EMAIL_URL|PORTAL_HOST|TLS_DIR")
    asked = {name: operator for name, operator, _ in variables() if operator}
    assert {name for name, operator in asked.items() if operator == ":?"} == set(GIVEN)
    assert [name for name in asked if secret.search(name) and asked[name] != ":?"] == []


def test_no_secret_is_written_down():
    text = (ROOT / "docker-compose.yml").read_text()
    for line in text.splitlines():
        name, separator, value = line.strip().partition(": ")
        if separator and re.search(r"PASSWORD|SECRET_KEY|MASTER_KEY", name):
            assert VARIABLE.fullmatch(value), line


def test_every_service_is_looked_after():
    for name, service in SERVICES.items():
        if name == "migrate":  # runs once, before the others
            assert service["restart"] == "no"
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"], name
    for name in ("web", "worker", "beat"):
        conditions = SERVICES[name]["depends_on"]
        assert conditions == {"migrate": {"condition": "service_completed_successfully"}}


def test_data_is_kept_in_volumes():
    declared = set(COMPOSE["volumes"])
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith((".", "$"))
    }
    assert used == declared
    assert "db:/var/lib/postgresql/data" in SERVICES["db"]["volumes"]
    for name in ("web", "worker"):
        assert {"media:/srv/media", "keys:/srv/keys"} <= set(SERVICES[name]["volumes"])


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_servers_are_new_enough():
    assert int(re.match(r"postgres:(\d+)", SERVICES["db"]["image"])[1]) >= 17
    assert int(re.match(r"valkey/valkey:(\d+)", SERVICES["redis"]["image"])[1]) >= 8


def test_the_worker_takes_every_queue():
    from django.conf import settings

    queues = re.search(r"--queues (\S+)", SERVICES["worker"]["command"])[1].split(",")
    assert set(queues) == {queue.name for queue in settings.CELERY_TASK_QUEUES}
    assert {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} <= set(queues)


def test_the_proxy_knows_the_portal():
    from django.conf import settings

    template = (ROOT / "docs" / "deploy" / "nginx.conf.template").read_text()
    signed_in = re.search(r'map \$http_cookie \$signed_in .*?"~([^"]+)"', template, re.DOTALL)[1]
    for cookie in (
        f"__Host-{settings.SESSION_COOKIE_NAME}=x",
        f"a=b; __Host-{settings.SESSION_COOKIE_NAME}-thu=x; c=d",  # with COOKIE_SUFFIX
        f"{settings.SESSION_COOKIE_NAME}=x",
        "messages=W10",
    ):
        assert re.search(signed_in, cookie), cookie
    for cookie in ("", "mau=toi", "__Host-csrf=phien", "xphien=1"):
        assert not re.search(signed_in, cookie), cookie
    # What it would give out past its time could be an article that was withdrawn since.
    assert "proxy_cache_use_stale" not in re.sub(r"#.*", "", template)
    assert "background_update" not in template
    # Of the uploads it serves the public pictures and videos, never the folder as a whole.
    assert re.findall(r"location \S* ?\"?\^?(/media\S*)", template) == [
        rf'{settings.MEDIA_URL}anh/[0-9]{{4}}/[0-9]{{2}}/[0-9a-f-]+\.(jpg|png|webp)$"',
        rf'{settings.MEDIA_URL}video/[0-9]{{4}}/[0-9]{{2}}/[0-9a-f-]+\.(mp4|webm)$"',
    ]
    assert "alias" not in template
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in template
    assert "access_log off;" in template
    environ = SERVICES["web"]["environment"]
    assert environ["TRUSTED_PROXY_COUNT"] == "1"


def test_the_image_runs_as_nobody_special():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER portal"]
    assert sum(line.startswith("FROM") for line in lines) == 2


def test_the_database_logs_no_statement_of_an_opinion():
    command = SERVICES["db"]["command"]
    for option in ("log_min_error_statement=panic", "log_error_verbosity=terse"):
        assert command[command.index(option) - 1] == "-c"
    assert not [part for part in command if part.startswith(("log_statement", "log_min_duration"))]
