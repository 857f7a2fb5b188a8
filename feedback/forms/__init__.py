from feedback.forms.consultations import ConsultationForm, ReasonForm
from feedback.forms.dates import DatesForm
from feedback.forms.following import (
    AnswerForm,
    DecideForm,
    PublicReasonForm,
    QuestionForm,
    ReplyForm,
    WithdrawByReceiptForm,
)
from feedback.forms.moments import MOMENTS, MomentForm
from feedback.forms.opinions import OpinionForm, ReceiptForm, RevisionForm, RewriteForm
from feedback.forms.privacy import ConsentForm, EraseIdentityForm, GuestStopForm
from feedback.forms.reading import LookForm, LookSureForm
from feedback.forms.terms import ConsentTextForm, GuideQuestionForm, GuideQuestionsForm

__all__ = [
    "MOMENTS",
    "AnswerForm",
    "ConsentForm",
    "ConsentTextForm",
    "ConsultationForm",
    "DatesForm",
    "DecideForm",
    "EraseIdentityForm",
    "GuestStopForm",
    "GuideQuestionForm",
    "GuideQuestionsForm",
    "LookForm",
    "LookSureForm",
    "MomentForm",
    "OpinionForm",
    "PublicReasonForm",
    "QuestionForm",
    "ReasonForm",
    "ReceiptForm",
    "ReplyForm",
    "RevisionForm",
    "RewriteForm",
    "WithdrawByReceiptForm",
]
