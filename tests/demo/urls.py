"""The addresses of the portal with those of the demo, as `portal.urls` has them with DEMO=1."""

from django.urls import include, path

from portal.urls import urlpatterns as of_the_portal

urlpatterns = [*of_the_portal, path("", include("portal.demo.urls"))]
