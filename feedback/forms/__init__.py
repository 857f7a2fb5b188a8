from feedback.forms.consultations import ConsultationForm, DatesForm, ReasonForm
from feedback.forms.following import QuestionForm, ReplyForm, WithdrawByReceiptForm
from feedback.forms.opinions import OpinionForm, ReceiptForm, RevisionForm
from feedback.forms.privacy import ConsentForm, EraseIdentityForm
from feedback.forms.reading import LookForm, LookSureForm

__all__ = [
    "ConsentForm",
    "ConsultationForm",
    "DatesForm",
    "EraseIdentityForm",
    "LookForm",
    "LookSureForm",
    "OpinionForm",
    "QuestionForm",
    "ReasonForm",
    "ReceiptForm",
    "ReplyForm",
    "RevisionForm",
    "WithdrawByReceiptForm",
]
