"""What hospitals, police, ambulance, registrars and families print before what the notification form asks.

Case, order, dots and layout are free: a label is looked up as :func:`gateway.stages.extract.labels.tidy` leaves it.
"""

from __future__ import annotations

import re

FULL_NAME = "full_name"  # of the child: to be taken apart
MOMENT_OF_DEATH = "moment_of_death"  # date and time in one: to be taken apart

_TRADE: dict[str, str] = {
    FULL_NAME: (
        "pt;patient;patient's name;pt name;pt's name;deceased;deceased's name;name of patient;baby;infant;subject;"
        "child/young person;young person;yp;child or young person;name and surname;name in full;full names;name now;"
        "full name of deceased;name of child or young person;pupil;pupil name;student;name of pupil;victim;casualty;"
        "deceased child's name;child's details;child name in full;known as name;decd;name of deceased child;juvenile;"
        "the child;the deceased;child (full name);enw;enw'r plentyn;name of young person;young person's name;"
        "patient full name;name/alias;service user;client;client name;boy;girl;re;regarding"
    ),
    "family_name": "last name of child;patient surname;surname/family name;sname;pt surname;family name/surname;cyfenw",
    "given_names": (
        "fname;fore name;fore names;given name(s);first name/s;forename/s;patient forename;first and middle names;"
        "christian names;forename(s);first name(s);given names of child;christian name(s)"
    ),
    "date_of_birth": (
        "d.o.b;d.o.b.;d o b;born;born on;birth;date born;birthdate;dob/age;d.o.b/age;date of birth/age;"
        "dob (age);age/dob;date and place of birth;place and date of birth;birthday;dob and age;pt dob;patient dob;"
        "baby's dob;baby's date of birth;dyddiad geni;date of birth of child;d of b;dob/edd;child dob"
    ),
    MOMENT_OF_DEATH: (
        "d.o.d;d.o.d.;d o d;died;died on;death;rip;deceased on;passed away;passed;death confirmed;death confirmed at;"
        "date and place of death;place and date of death;date/time;date death;time of death/date;rle;role;ple time;"
        "life extinct;life pronounced extinct;pronounced;pronounced dead;pronounced life extinct;death declared;"
        "death verified;verified deceased;date/time of death;date & time of death;date and time;date of passing;"
        "died (date/time);dod/tod;tod/dod;date/time died;date/time death confirmed;date death occurred;"
        "dyddiad marw;dyddiad y farwolaeth;when died;date and time of rle;rle time;role time;rip date;"
        "date and time death was confirmed;date and time of dying;death certified;date deceased;deceased date;"
        "date/time deceased;confirmed dead;fact of death;fact of death confirmed;date life extinct;date of demise"
    ),
    "time_of_death": "tod;time died;time death confirmed;time rle;time of rip;time declared;time pronounced",
    "home_address": (
        "pt home addr;pt address;pt addr;patient address;patient's address;home addr;home;home add;usual address;"
        "usual residence;normal residence;normal address;residence;residential address;resides;resides at;residing;"
        "residing at;resident at;lives;lives at;lived;lived at;living at;addr;add;permanent address;family address;"
        "family home;address of child;child's address;child's home address;child's home;deceased's address;"
        "subject's home;subject's address;address on arrival card;address on card;address on system;address held;"
        "registered address;home address incl;home address incl. postcode;home address inc postcode;"
        "home address including postcode;address incl. postcode;address and postcode;address/postcode;"
        "baby's usual residence;baby's address;baby's home address;usual address of deceased;usual home address;"
        "normally resident at;normal place of residence;place of residence;usual place of residence;domicile;"
        "home address (child);home location;where lived;where the child lived;ordinary residence;cyfeiriad;"
        "cyfeiriad cartref;last known address;current address;address of deceased;address at time of death;"
        "address at death;home address at time of death;address of the child;child's usual address;rta;h/a;h/addr"
    ),
    "nhs_number": (
        "nhs;nhs no;nhs no.;nhs num;nhs #;nhs id;nhs number (if known);nhs/hosp no;rhif gig;nhs number of child;n.h.s"
    ),
    "place_name_address": (
        "where;died at;place;location;locus;address where death occurred;place death occurred;where died;scene;"
        "location of death;where death occurred;place where died;hospital where died;site of death;death occurred at;"
        "place of death (address);address of death;ple"
    ),
    "circumstances": (
        "circs;circumstances;brief circumstances;what happened;event;events;history;summary;presentation;narrative;"
        "brief summary;brief history;mechanism;story;outline;background and circumstances"
    ),
    "sex": "gender;m/f;sex of child;rhyw;sex/gender;gender/sex",
    "gp_practice": "gp name and practice;registered gp;gp surgery;gp practice;surgery;practice;gp details;gp",
    "notifier_name": (
        "name of person completing;person completing;completed;completing;sent by;submitted;submitted by;referrer;"
        "reported by;reporter;reporting officer;officer reporting;informant officer;author;from name;notifier;"
        "referred by;form completed by;oic;reporting person;person reporting;completed by (name)"
    ),
    "notifier_phone": "tel;telephone;contact no;contact tel;direct dial;ext;bleep;phone no;mobile no;call back",
}
TRADE: dict[str, str] = {label.strip(): field for field, labels in _TRADE.items() for label in labels.split(";")}

_OTHERS = re.compile(
    r"\b(?:is|was|given|gp|school|informant|notifier|referrer|hospital|your|mother|mum|father|dad|"
    r"parent|carer|next of kin|nok|"
    r"attended|incident|scene|event|found|previous|old|former|placement|work|email|e-mail|billing|office|death)\b"
)
_ADDRESS = re.compile(
    r"^(?:(?:pt|patient|child|baby|deceased|subject|home|usual|normal|family|current|permanent|full)(?:'s)? ){0,3}"
    r"(?:home |usual )?(?:addr(?:ess)?|residence|home)\b"
)


def trade_field(label: str) -> str | None:
    """Return the field that a tidied label of any trade stands for, or None."""
    bare = label.strip(" .:-–—'\"")
    found = TRADE.get(bare) or TRADE.get(bare.replace(".", "")) or TRADE.get(re.sub(r"\s?/\s?", "/", bare))
    if found is not None:
        return found
    if len(bare.split()) <= 6 and _ADDRESS.match(bare) and not _OTHERS.search(bare) and not re.search(r"\d|,", bare):
        return "home_address"
    return None


# Where a label stands inside a line, after a comma or a bar: what follows must look like its value.
INLINE = re.compile(
    r"(?:(?<=[,;|.(/])|(?<=\s-)|(?<=\s–)|^|(?<=\s\s))\s{0,3}\(?"
    r"(?P<label>d\.?\s?o\.?\s?b\.?|d\.?\s?o\.?\s?d\.?|date of birth|date of death|nhs(?:\s(?:no|number|num))?\.?|"
    r"born|died|deceased|rip|b\.|d\.|home(?: address)?|address|addr|lives(?: at)?|lived(?: at)?|resides(?: at)?|"
    r"residing(?: at)?|resident at|usual address|residence|of(?=\s[0-9]{1,4}[a-z]?\s))"
    r"\s{0,2}[:=]?\s{1,2}(?=[0-9A-Z'\"(])",
    re.IGNORECASE,
)
