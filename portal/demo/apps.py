from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Demo data and its loader; holds no models and nothing production needs."""

    name = "portal.demo"
    label = "demo"
