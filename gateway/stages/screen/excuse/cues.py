"""What the words of a sentence say about it: process or person, in general or of somebody, home or office."""

from __future__ import annotations

import re

PERSON = re.compile(
    r"\b(?:he|she|him|his|her|hers|himself|herself|hes|shes|he's|she's|he'd|she'd|he'll|she'll)\b", re.IGNORECASE
)
HE_OR_SHE = re.compile(  # nobody in particular, or how somebody signs: "she/her"
    r"\b(?:he|him|his)(?: or |/)(?:she|her|hers)\b|\b(?:she|her|hers)(?: or |/)(?:he|him|his)\b"
    r"|\b(?:she/her(?:/hers)?|he/him(?:/his)?)\b",
    re.IGNORECASE,
)
BIRTH = re.compile(
    r"\b(?:born|dob|d\.o\.b|birth|died|dies|death|passed|deceased|dod|killed|admitted|collapsed|found|inquest"
    r"|incident|tod)\b",
    re.IGNORECASE,
)
PROCESS = re.compile(
    r"\b(?:meetings?|panels?|training|sessions?|workshops?|conferences?|events?|courses?|webinars?|deadlines?"
    r"|due|returns?"
    r"|quarter|closing|leave|annual|offices?|agendas?|minutes|versions?|dated|published|polic(?:y|ies)|guidance"
    r"|launch"
    r"|updated?|invoices?|quotations?|quotes?|orders?|valid|delivery|contracts?|licen[cs]es?|subscriptions?"
    r"|renewals?|term"
    r"|interviews?|rota|cover|holidays?|available|availability|book(?:ed|ing)?|slots?|diary|calendar|reports?"
    r"|submissions?"
    r"|e-?mails?|letters?|figures|statistics|data|induction|away|reviews?|forms?|reopens?|closed|starts?|ends?"
    r"|expires?"
    r"|maintenance|upgrade|open(?:s|ing)?|visits?|audit|consultation|bids?|tender|funding|budget|places?|attend"
    r"|invitation|invites?|pre-meet|meet(?:up|s)?|despatch(?:ed)?|dispatch(?:ed)?|passcode|agreed|circulated|when)\b",
    re.IGNORECASE,
)
GENERIC = re.compile(
    r"\b(?:children|(?:time|date|place) of death\b(?=[^.!\d]{0,160}\?)|deaths|babies|infants|families|cases"
    r"|infections|injuries|parents|siblings|teenagers"
    r"|adolescents|anyone"
    r"|a death|a baby|a (?:young person|teenager)|(?:cot|infant|sudden) death|(?:death|birth) certificates?"
    r"|birth cent(?:re|er)s?"
    r"|(?:coroner|registrar)'?s? (?:office|service|court)s?"
    r"|regist(?:er|ry|ration) office|venue|cycle racks?|bike racks?|dead (?:link|page|end|line|phone|battery)s?"
    r"|any (?:child"
    r"|baby|death|case|parent)|a child|each (?:child|death|case)|every (?:child|death)|whether|if an?|when an?"
    r"|training|guidance|leaflets?|posters?|booklets?|reports?|themes?|thematic|themed|factors?|awareness"
    r"|polic(?:y|ies)|protocols?"
    r"|research|study|dissertation|campaign|forms?|category|categories|section|definitions?|statistics|figures"
    r"|numbers of"
    r"|national|annual|per cent|rates?|workshops?|conference|webinar|course|learning|charity|support groups?"
    r"|services?"
    r"|child (?:death|welfare|protection|health|care|development|poverty|mortality|bereavement|safety)s?"
    r"|childhood|paediatric|in general|pathways?|process|procedures?|register|packs?|resources?|lecture"
    r"|baby loss|child bereavement|infant loss|presentation|slides|newsletter|teaching|seminar|article|journal"
    r"|book|toolkit|checklist|template|wording)\b",
    re.IGNORECASE,
)
ADULT = re.compile(r"\b(?:16|17|18|16th|18th|sixteen|seventeen|eighteen|eighteenth)\b", re.IGNORECASE)
FAMILY = re.compile(
    r"\b(?:for|the|this|that) (?:the )?family\b|\b(?:mum|mam|dad|next of kin)\b"
    r"|\b(?:the|his|her|their) (?:parents|mother|father|carers?|guardian|grandparents)\b",
    re.IGNORECASE,
)
_STAFF = (
    r"chair|manager|colleague|coordinator|co-ordinator|administrator|assistant|consultant|nurse|doctor"
    r"|officer|lead|director"
    r"|secretary|speaker|trainer|lecturer|registrar|supervisor|student|caller|editor|commissioner|deputy"
    r"|trainee|boss|tutor|candidate|applicant|intern|apprentice|volunteer|graduate"
    r"|sixth-former|sixth former|councillor|vicar"
    r"|pharmacist|receptionist|librarian|author|artist|designer|engineer|photographer|translator|interpreter"
    r"|midwife|practitioner|representative|successor|replacement|clerk|analyst|sergeant"
    r"|detective|inspector|worker|therapist|paediatrician|professor|facilitator"
)
STAFF_NOUN = re.compile(rf"\b(?:{_STAFF})\b", re.IGNORECASE)
TRADE = re.compile(  # one of whom may be spoken of over some sentences, where nobody else is
    r"\b(?:engineer|auditor|courier|technician|contractor|caretaker|plumber|electrician|photographer|statistician"
    r"|treasurer|trustee|organist|architect|accountant|mayor|mayoress|locum|secondee|trainer|designer|translator)\b"
    rf"|\bone of (?:our|the|your|my|their)\s(?:\w+\s)?(?:{_STAFF})s\b",
    re.IGNORECASE,
)
SOMEBODY_ELSE = re.compile(
    r"\b(?:bab(?:y|ies)|infants?|newborns?|boys?|girls?|twins?|toddlers?|lads?|lass|kids?|child(?!ren)|sons?"
    r"|daughters?|mums?|mams?|dads?|mother|father|parents?|sisters?|brothers?|siblings?|famil(?:y|ies)|patients?"
    r"|cases?|wife|husband|boyfriend|girlfriend|grand\w+|nan|gran|uncle|aunt\w*|cousin|nephew|niece|neighbours?"
    r"|died|dies|dead|death|bed|cot|bath|asleep|blood|ambulance|resus|arrest(?:ed)?|inquest|ward|pupil|teenager)\b",
    re.IGNORECASE,
)
KINDS_OF_SENTENCE = (
    ("question", re.compile(r"\?")),
    (
        "request",
        re.compile(
            r"\b(?:please|could (?:you|we|i|somebody|someone)|can (?:you|we|i)|would (?:you|it)|do you|is there)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "past",
        re.compile(
            r"\b(?:was|were|had|did|didn't|wasn't|weren't|hadn't|went|came|said|told|saw|thought|knew|ran|woke"
            r"|gave|took|left|kept)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "they",
        re.compile(r"\b(?:they|them|their|themselves|it|nobody|someone|somebody|everyone|everybody)\b", re.IGNORECASE),
    ),
    ("we", re.compile(r"\b(?:we|us|our)\b", re.IGNORECASE)),
    ("i", re.compile(r"\b(?:i|me|my|myself)\b", re.IGNORECASE)),
    (
        "if_only",
        re.compile(r"\b(?:if i|if we|should have|could have|would have|never|still|always|only)\b", re.IGNORECASE),
    ),
    (
        "senses",
        re.compile(
            r"\b(?:saw|see|seen|hear|heard|felt|feel|looked|cold|warm|blue|quiet|asleep|awake|screaming|crying"
            r"|cried|blood|hand|hands|head|face|neck|chest|arms?|eyes|lips|body)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "home",
        re.compile(
            r"\b(?:bed|cot|bath|door|gate|garden|kitchen|stairs|sofa|settee|window|garage|shed|car|bike|road"
            r"|river|pond|pool|water|fire|park|beach|field|tree|roof|rope|dog|boat|lake|street|pram|bottle"
            r"|pills?|tablets?|knife|phone)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "night",
        re.compile(
            r"\b(?:night|morning|tonight|evening|o'clock|minutes?|seconds?|weekend|sunday|saturday|friday)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "office",
        re.compile(
            r"\b(?:portal|login|password|account|template|leaflets?|booklets?|slides|website|link|page|pdf"
            r"|attachment|printed|printing|room|venue|chair|address|contact|list|team|department|service"
            r"|deadline|copy|copies|system|field|tables?|question|query|mailbox|inbox|guide|protocol|process"
            r"|procedure)\b",
            re.IGNORECASE,
        ),
    ),
)


def marks(sentence: str) -> set[str]:
    """Return what kind of sentence it is, for the classifier: about process, in general, a question, a request."""
    found = set()
    process = len(PROCESS.findall(sentence))
    if process:
        found.add("process")
    if process > 1:
        found.add("process_twice")
    if GENERIC.search(sentence):
        found.add("general")
    for name, pattern in KINDS_OF_SENTENCE:
        if pattern.search(sentence):
            found.add(name)
    return found


def is_general(sentence: str) -> bool:
    """A sentence about deaths or illnesses in general: nobody's in particular."""
    if not GENERIC.search(sentence):
        return False
    return not PERSON.search(HE_OR_SHE.sub(" ", sentence))


ILLNESS = re.compile(  # how a rare word of medicine ends: nobody is called so
    r"^[a-z]{3,}(?:itis|osis|oses|a?emia|pathy|pathic|ectomy|otomy|ostomy|plegia|plegic|rrhage|rrhoea|virus|viruses|trophy"
    r"|algia|plasia|toxin|toxins|scopy|graphy|oxia|oxic|uria|penia|cillin|mycin|azole|olol|azepam|azolam|caine|statin"
    r"|partum|vascular|oedema|lepsy|phylaxis|phylactic|arrhythmia|myopathy)$"
)
