"""The public form: what anybody on the internet can reach by browser."""

from gateway.web.app import create_app
from gateway.web.draft.deposit import Deposit
from gateway.web.site import Limits, Site

__all__ = ["Deposit", "Limits", "Site", "create_app"]
