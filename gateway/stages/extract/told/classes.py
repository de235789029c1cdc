"""Words by what they speak of, so that a word that was never seen in training counts as its kind does."""

from __future__ import annotations

_CLASSES: dict[str, str] = {
    "dead": (
        "died dead deceased killed drowned perished succumbed expired departed passed slipped lost "
        "fatally stabbed hanged "
        "hanging electrocuted murdered suffocated strangled overdosed rip dod farw marw stillborn"
    ),
    "death": (
        "death fatality fatal demise sudi sudic sids suidc rle role extinct nnd homicide suicide murder manslaughter "
        "passing mccd bereavement mortuary marwolaeth mortality deaths killing sudep post-mortem pm drowning"
    ),
    "dying": "die dies dying palliative",
    "declared": (
        "pronounced declared certified verified confirmed recognised ceased withdrawn stopped terminated futile"
    ),
    "child": (
        "child baby infant boy girl son daughter pupil teenager youngster toddler newborn neonate twin twins triplet "
        "nephew niece grandson granddaughter minor juvenile schoolboy schoolgirl youth paediatric paed paeds lad lass "
        "preemie adolescent plentyn baban neonatal female male yo yr yrs mth mths"
    ),
    "many": "children babies infants pupils teenagers cases figures numbers",
    "adult": "elderly adult widow resident pensioner aged grandmother",
    "arrest": (
        "resus resuscitation cpr arrest arrested asystole unresponsive lifeless rosc ligature collapsed collapse pea "
        "hems defibrillation adrenaline apnoeic mottled rigor intubated unconscious collision rtc rtc struck trapped "
        "submerged choked choking breathing pulseless"
    ),
    "tell": (
        "notify notifying notification notifications inform informing advise regret regrets sad sadly sadness tragic "
        "tragically sorry referral referring alert heads unfortunately"
    ),
    "birth": "dob born birth birthday ganwyd gestation d.o.b b",
    "home": "address addr home lives lived living resides resided residence residing residential ple domicile",
    "kin": "mother father mum dad parents nok parent carer carers stepfather stepmother mam nan kin",
    "case": (
        "ref reference case file files cdrm review reviews reviewed reviewing panel minutes agenda chronology records "
        "inquest update updates outstanding correction amend amended closed reminder deferred chair papers analysis "
        "toxicology genetics genetic statement"
    ),
    "papers": "attached attachment enclosed report reports form forms copy document spreadsheet pdf draft template",
    "thank": "thank thanks grateful appreciated appreciate cheers kindness",
    "process": (
        "policy policies guideline guidance protocol training course webinar conference portal password login link "
        "invoice annual audit research study newsletter agreement vacancy interview survey workshop induction account "
        "quarter quarterly data leaflet leaflets poster booklet rota leave booking event seminar "
        "consultation dissertation "
        "payment ticket maintenance system browser website"
    ),
    "meeting": (
        "meeting meetings teams zoom agenda diary invite invitation invited attend attendance room apologies dates"
    ),
    "again": "further following previous previously already earlier last since sent received asked requested confirm",
    "question": "could can would should does whether how which what when why who",
    "general": "general generally policy anonymised anonymous hypothetical theme themed national county region",
    "police": "police pc dc ds di dci sergeant officers officer sio custody",
    "today": "today yesterday tonight morning afternoon evening overnight night weekend",
}
CLASS_OF: dict[str, str] = {word: name for name, words in _CLASSES.items() for word in words.split()}

# Without one of these nobody tells of a death: what is left is a question about a form.
SIGNS = frozenset(word for word, name in CLASS_OF.items() if name in ("dead", "death", "arrest", "declared")) - {
    "last",
    "passed",
    "lost",
    "slipped",
    "confirmed",
    "stopped",
    "recognised",
    "breathing",
    "role",
    "pm",
}
