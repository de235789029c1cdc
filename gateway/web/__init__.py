"""The public form, which anybody on the internet can reach by browser."""

from gateway.web.app import create_app
from gateway.web.draft.deposit import Deposit
from gateway.web.site import FormLimits, Site

__all__ = ["Deposit", "FormLimits", "Site", "create_app"]
