"""Links in mails to guests: confirm an address, or stop. Opening a link changes nothing by itself,
for mail programs open links to look at them."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from feedback import guests
from feedback.forms import GuestStopForm
from portal.common.limits import limited

_limited = limited("guest", per_address=60, minutes=10)


@never_cache
@_limited
def guest_confirm(request, link):
    """The owner of the address says yes."""
    contact = guests.contact_of(link, fresh=True)
    if contact is None:
        raise Http404
    done = request.method == "POST" or contact.confirmed_on is not None
    if request.method == "POST":
        guests.confirm(contact)
    return render(
        request,
        "feedback/guest.html",
        {
            "consultation": contact.consultation,
            "title": _("Đã xác nhận nhận tin") if done else _("Nhận tin về đợt lấy ý kiến?"),
            "button": "" if done else _("Xác nhận nhận tin"),
            "stop": guests.token_of(contact) if done else "",
            "receipts": done,
        },
    )


@never_cache
@_limited
def guest_stop(request, link):
    """The owner of the address, or whoever got the mail by mistake, says no."""
    contact = guests.contact_of(link)
    if contact is None:
        title = _("Địa chỉ này không còn được lưu")
        return render(request, "feedback/guest.html", {"title": title})
    consultation = contact.consultation
    form = GuestStopForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["identity"]:
        guests.erase(contact)
        title = _("Đã xóa địa chỉ và danh tính của các ý kiến, không gửi thư nữa")
        context = {"consultation": consultation, "title": title, "receipts": True}
    elif request.method == "POST":
        guests.stop(contact)
        title = _("Đã xóa địa chỉ, không gửi thư nữa")
        context = {"consultation": consultation, "title": title, "receipts": True}
    else:
        context = {
            "consultation": consultation,
            "title": _("Thôi nhận tin về đợt lấy ý kiến?"),
            "button": _("Xóa địa chỉ của tôi"),
            "form": form,
        }
    return render(request, "feedback/guest.html", context)
