from feedback.forms.consultations import ConsultationForm, DatesForm, ReasonForm
from feedback.forms.following import QuestionForm, ReplyForm, WithdrawByReceiptForm
from feedback.forms.opinions import OpinionForm, ReceiptForm, RevisionForm
from feedback.forms.reading import LookForm

__all__ = [
    "ConsultationForm",
    "DatesForm",
    "LookForm",
    "OpinionForm",
    "QuestionForm",
    "ReasonForm",
    "ReceiptForm",
    "ReplyForm",
    "RevisionForm",
    "WithdrawByReceiptForm",
]
