"""The closed sets of answers: codes and labels. The codes are the wire values.

Sources: ethnicity, the NHS 16+1 codes; place of death, the 2008 to 2018 reporting form; reasons for a missing NHS
number, NCMD form changes of April 2022; joint agency response triggers, the statutory
guidance as local procedures quote it.
"""

from __future__ import annotations

YES_NO = {"yes": "Yes", "no": "No", "not_known": "Not known"}

# Codes that say "not known": they become the state of the answer, never its value.
NOT_KNOWN = frozenset({"not_known", "99"})

VALUE_SETS: dict[str, dict[str, str]] = {
    "tri_state": YES_NO,
    "sex": {"male": "Male", "female": "Female", "indeterminate": "Indeterminate", "not_known": "Not known"},
    "ethnicity_2001_nhs_codes": {
        "A": "White British",
        "B": "White Irish",
        "C": "Any other White background",
        "gypsy_or_roma": "Gypsy or Roma",
        "irish_traveller": "Traveller of Irish heritage",
        "D": "White and Black Caribbean",
        "E": "White and Black African",
        "F": "White and Asian",
        "G": "Any other mixed background",
        "H": "Indian",
        "J": "Pakistani",
        "K": "Bangladeshi",
        "L": "Any other Asian background",
        "M": "Caribbean",
        "N": "African",
        "P": "Any other Black background",
        "R": "Chinese",
        "arab": "Arab",
        "S": "Any other ethnic group",
        "Z": "Not stated",
        "99": "Not known",
    },
    "nhs_number_missing_reason": {
        "non_resident": "Child non-resident in England",
        "not_available": "NHS number not currently available",
    },
    "place_category": {
        "hosp_ed": "Emergency department",
        "hosp_paed_ward": "Paediatric ward",
        "hosp_nnu": "Neonatal unit",
        "hosp_icu": "Intensive care (paediatric or adult)",
        "hosp_delivery": "Delivery suite or labour ward",
        "hosp_other": "Other hospital area",
        "home": "Home of normal residence",
        "other_home": "Other private residence",
        "foster": "Foster home",
        "residential_care": "Residential care",
        "public_place": "Public place",
        "school": "School",
        "hospice": "Hospice",
        "mh_unit": "Mental health inpatient unit",
        "custody": "Custody or secure setting",
        "abroad": "Abroad",
        "other": "Other (specify)",
        "not_known": "Not known",
    },
    "expectedness": {"expected": "Expected", "unexpected": "Unexpected", "not_known": "Not known"},
    "jar_triggered": {
        "yes": "Yes",
        "no": "No",
        "under_discussion": "Under discussion",
        "not_known": "Not known",
    },
    "jar_triggers": {
        "external_cause": "Is or could be due to external causes",
        "sudden_unexplained": "Sudden with no immediately apparent cause (including SUDI/C)",
        "custody_or_mha": "In custody, or detained under the Mental Health Act",
        "suspicion": "First circumstances raise any suspicion that the death may not be natural",
        "unattended_stillbirth": "Stillbirth with no healthcare professional in attendance",
    },
    "death_circumstance_flags": {
        "road_traffic": "Road traffic collision",
        "drowning": "Drowning",
        "fire_burns": "Fire or burns",
        "poisoning": "Poisoning",
        "other_accident": "Other accident",
        "substance_misuse": "Substance misuse",
        "apparent_homicide": "Apparent homicide",
        "apparent_suicide": "Apparent suicide",
        "sudi": "Sudden unexpected death in infancy",
        "neonatal": "Neonatal death",
        "life_limiting_condition": "Life-limiting condition",
    },
    "relationship": {
        "mother": "Mother",
        "father": "Father",
        "step_parent": "Step-parent",
        "parents_partner": "Parent’s partner",
        "full_sibling": "Brother or sister",
        "half_sibling": "Half-brother or half-sister",
        "step_sibling": "Stepbrother or stepsister",
        "grandparent": "Grandparent",
        "foster_carer": "Foster carer",
        "adoptive_parent": "Adoptive parent",
        "guardian": "Guardian",
        "other_relative": "Other relative",
        "other_household_member": "Other member of the household",
        "other": "Other",
    },
    "agency_type": {
        "gp": "GP",
        "midwife": "Midwife",
        "health_visitor": "Health visitor",
        "school_nurse": "School nurse",
        "hospital_consultant": "Hospital consultant",
        "obstetrician": "Obstetrician",
        "community_paediatrics": "Community paediatrics",
        "camhs": "Child and adolescent mental health services (CAMHS)",
        "hospice": "Hospice",
        "ambulance": "Ambulance service",
        "childrens_social_care": "Children’s social care",
        "education": "Education",
        "police": "Police",
        "coroner": "Coroner",
        "registrar": "Registrar",
        "youth_justice": "Youth justice",
        "adult_services": "Adult services",
        "voluntary": "Voluntary organisation",
        "other": "Other",
    },
    "coroner_status": {
        "not_referred": "Not referred",
        "referred_awaiting_decision": "Referred, awaiting a decision",
        "investigation_or_inquest": "Investigation or inquest opened",
        "no_further_action": "Referred, no further action",
        "not_known": "Not known",
    },
    "post_mortem": {
        "none": "None",
        "hospital_consented": "Hospital, with consent",
        "coronial": "Coroner’s",
        "forensic": "Forensic",
        "planned": "Planned",
        "not_known": "Not known",
    },
    "care_status": {
        "never": "Never",
        "previously": "Previously",
        "current": "At the time of death",
        "not_known": "Not known",
    },
    "residence_basis": {
        "childs_home": "The child’s home",
        "mothers_home": "The mother’s home (a baby who had not left hospital)",
        "looked_after_placement": "A placement of a looked-after child",
        "boarding_school": "A boarding school",
        "no_fixed_address": "No fixed address",
        "temporary_in_england": "Staying in England for a time",
        "resident_wales": "Normally resident in Wales",
        "resident_scotland": "Normally resident in Scotland",
        "resident_ni": "Normally resident in Northern Ireland",
        "resident_crown_dependency": "Normally resident in the Isle of Man or Channel Islands",
        "resident_abroad": "Normally resident abroad",
        "not_known": "Not known",
    },
    "multiple_birth": {
        "singleton": "Single baby",
        "twin": "Twin",
        "higher": "Triplet or more",
        "not_known": "Not known",
    },
    "other_reviews": {
        "inquest": "Inquest",
        "criminal": "Criminal investigation",
        "nhs_patient_safety": "NHS patient safety investigation",
        "mnsi": "Maternity and Newborn Safety Investigations (MNSI)",
        "pmrt": "Perinatal Mortality Review Tool (PMRT)",
        "mbrrace": "MBRRACE-UK",
        "cspr": "Rapid review or child safeguarding practice review",
        "leder": "LeDeR",
        "ppo": "Prisons and Probation Ombudsman",
        "none": "None",
        "not_known": "Not known",
    },
}


def label(value_set: str, code: str) -> str:
    """Return the label of a code; the code itself if the set does not have it."""
    return VALUE_SETS.get(value_set, {}).get(code, code)


def code_of(value_set: str, text: str) -> str | None:
    """Return the code for ``text`` (a code or a label, in any case), or None."""
    wanted = " ".join(text.replace("_", " ").casefold().replace("'", "’").split())
    for code, words in VALUE_SETS.get(value_set, {}).items():
        if wanted in (code.casefold().replace("_", " "), words.casefold()):
            return code
    return None
