"""Why a message is a card, in words for the person who opens it. Codes without a sentence are kinds of evidence."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "routine": "It reads like a routine query and nothing confidential was found.",
    "not_routine": "It does not read like a routine query.",
    "screening_failed": "A fault in screening stopped it.",
    "too_long": "It is too long to be examined.",
    "no_text": "It has no text that could be examined.",
    "no_new_text": "It has no text of its own, only a quoted or forwarded message.",
    "several_texts": "It has more than one text.",
    "plain_differs_from_html": "Its plain text and its HTML text differ.",
    "hidden_text": "Its HTML has hidden text.",
    "html_active": "Its HTML has active content.",
    "html_broken": "Its HTML is broken.",
    "html_too_long": "Its HTML is too long.",
    "enclosed_data": "Its text encloses coded data.",
    "unknown_charset": "Its character set is not known.",
    "undeclared_charset": "Its character set is not declared.",
    "bad_characters": "Its characters are not of the character set declared.",
    "bidi": "It has control characters that turn the direction of writing.",
    "other_script": "It has letters of another script.",
    "too_many": "It has very many figures, names or marks.",
    "not_prose": "It is not writing: marks, or a few words over and over.",
    "many_details": "It has many contact details.",
    "name": "It may name a person who is not known here.",
    "known_name": "It names somebody of this case.",
    "initials": "It may have somebody's initials.",
    "nhs_number": "It may have an NHS number.",
    "date": "It has a date that may be of a birth or death.",
    "part_date": "It has a date that may be of a birth or death.",
    "age": "It has somebody's age.",
    "postcode": "It has a postcode.",
    "address": "It has an address or a place.",
    "reference": "It has a reference that may be of a case.",
    "number": "It has a long number.",
    "email_hidden": "It has an e-mail address or a handle.",
    "file_name": "It names a file that may be about a person.",
    "letter_spaced": "It has letters or digits set wide.",
    "kinship": "It speaks of somebody's relatives.",
    "child": "It speaks of a particular child.",
    "death": "It speaks of a death.",
    "circumstance": "It speaks of circumstances.",
    "clinical": "It speaks of somebody's health.",
    "phrases": "It speaks of somebody's health or circumstances.",
    "person": "It speaks of a particular person.",
    "unreadable": "It came locked, so nothing of it is shown.",
    "ambiguous": "It can be read in more than one way, so nothing of it is shown.",
    "second_opinion": "A second model found, or could not rule out, personal details.",
    "malware": "Malware was reported in it.",
    "released": "A person looked at it and released it.",
    "gate": "The last check of the rebuilt message found something.",
}


def sentence(code: str) -> str:
    """Return the sentence for a code; a parser's doubt has a common one."""
    return SENTENCES.get(code, "The message can be read in more than one way.")
