"""Find a notification in a form post or in the lines and tables of a mail. Pure: values in, values out."""

from gateway.stages.extract.form import from_form
from gateway.stages.extract.mail import from_mail
from gateway.stages.extract.place import free_texts, residence
from gateway.stages.extract.told.read import from_message

__all__ = ["free_texts", "from_form", "from_mail", "from_message", "residence"]
