#!/usr/bin/env python3
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.INSTALLED_APPS
    except ImproperlyConfigured as error:  # one sentence that names the variable
        sys.exit(f"Cấu hình sai. {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
