"""The trained weights, and mails in the dress of several trades. All names, numbers and places are invented."""

from __future__ import annotations

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.reading import load_reading

WEIGHTS = load_reading(packaged_config())

AMBULANCE = """Form PD7
Name: Idris Vale-Moran     DOB 04.12.2018     DOD 13.11.2026
Residence: 200 Lantern Parade, Peterborough PE1 1HG
Locus: footbridge near Cheddington
Completed: duty officer, 01632 960198
--
This message may hold confidential information. If you are not the intended recipient please delete it.
"""
POLICE = """GEN1 SUDDEN DEATH
Subject ......... MARLOWE-QUIST, Lena
DOB/age ......... 23/10/2012 (14)
Date/time ....... 19/11/2026 2110
Subject's home .. 11 Corn Rest, Stoke Poges, Buckinghamshire
Found by ........ dog walker, of Bath Road, Slough
OIC ............. DC 5520 Tamm 01632 960209
"""
SCHOOL = """Dear Sirs

I write as head of Fenwater School. Our pupil Bartholomew Quill-Grange (date of birth 19 April 2017) died on Saturday \
21 November 2026 at Northgate General, after a long illness. His home is 15 Sheepwash Lane, Leighton Buzzard.

Yours faithfully
Gwen Ashby
Headteacher, Fenwater School, 2 School Road, Wing HP20 9ZZ
"""
FLATTENED = """Surname
Achter
Forename(s)
Noor Wil
DOB
30.06.2019
Date and time of death
24.11.2026 11:15
NHS No
999 023 8758
Home address incl. postcode
Flat 2, 44 Lintel Court, Milton Keynes MK9 3EJ
Address where death occurred
Northgate General, Aylesbury HP21 8AL
"""
FORWARDED = """One for you I think. Rgds, Maxine
Maxine Clegg | Named Nurse | Harbour Hospital, Lewsey Road, Luton LU4 0DZ | 01632 960161

-----Original Message-----
From: ED Matron
Sent: 25 November 2026 07:50

Ciaran Fitz-Adjei
born 6/2/2016
died 24/11/2026 22:41 in resus
Lives: 3 Water Meadow, Chesham, Buckinghamshire
"""
TWO = """Two to notify from the weekend:

1) Name: Leander Otten-Voss, DOB 11/05/2015, DOD 14/11/2026, home 6 Tannery Row, High Wycombe HP11 1BB, NHS 999 328 6141
2) Name: Bettina Karl-Rowe, DOB 03/10/2025, DOD 15/11/2026, home 2 Straw Way, Luton LU1 2BQ, NHS 999 337 5608
"""
VAGUE = "A child has sadly died on the unit this morning. Please ring me on 01632 960331, I will not put it in a mail."
REPLY = """The address is 9 Cauldwell Lock, Bedford.

> From: ED
> Child: Osric Bam-Chaudh
> DOB: 09/01/2022
> Died: 13/11/2026
> NHS: 999 446 9401
"""
TOLD = {
    "ROLE under 18": AMBULANCE,
    "Sudden death report": POLICE,
    "Notification of the death of a pupil": SCHOOL,
    "FW: Form A": FLATTENED,
    "FW: FW: sad news": FORWARDED,
    "November child deaths": TWO,
    "Child": VAGUE,
    "RE: RE: child death": REPLY,
}
NOT_TOLD = {
    "Review meeting CDR/26/118": "Could you let me know whether the child death review meeting is still on? Dr Ash",
    "Form B": "Please find attached our completed reporting form for case CDOP-2026-014. Sorry for the delay.",
    "Thank you": "Thank you so much for your help last week, the ward really appreciated it.",
    "SUDI training": "Please book two places for our team on the SUDI and joint agency response training on 9 June.",
    "portal password": "I cannot log in to the portal to finish a reporting form. Can you reset my password?",
    "Annual report figures": "For the annual report we count 31 deaths in 2025, 19 of them neonatal. Do you agree?",
}
