"""The ladder of units, copied when a consultation opens."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from feedback.models.consultations import Consultation
from portal.agencies.models import Agency


class LadderNode(models.Model):
    """One unit on the ladder of a consultation, copied at opening.

    A later merger changes `handled_by`, never the edges, or numbers would stop reconciling.
    `members` is the number of people below the node when it was copied; `reads` says whether texts
    are read here (the reading level or above, and enough members); below it there are only counts.
    `reader` is the lowest node at or above this one that reads (route "unit"), `reader_above` the
    next one above that (route "direct"; the same one where there is none higher).
    `position` counts parents before their children: what lies below a node stands between it and
    the next node that is no deeper.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="nodes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="ladder_nodes")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    handled_by = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="handled_nodes")
    name = models.CharField(max_length=200)
    depth = models.PositiveSmallIntegerField()
    position = models.PositiveIntegerField()
    members = models.PositiveIntegerField(default=0)
    reads = models.BooleanField(default=False)
    reader = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    reader_above = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("Nấc tổng hợp")
        verbose_name_plural = _("Thang tổng hợp")
        ordering = ["consultation", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "agency"], name="feedback_node_agency_once"
            ),
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(parent=None),
                name="feedback_node_one_root",
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="feedback_node_not_its_parent"
            ),
        ]
        indexes = [
            models.Index(fields=["handled_by"], name="feedback_node_handled"),
            models.Index(fields=["consultation", "position"], name="feedback_node_position"),
        ]

    def __str__(self):
        return self.name
