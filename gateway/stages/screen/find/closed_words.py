"""Closed lists of English words that the search for names needs: they are grammar, not configuration."""

from __future__ import annotations

_CONTRACTED_TEXT = """
aren couldn didn doesn don hadn hasn haven isn mustn needn shan shouldn wasn weren won wouldn ain ll ve re d s t m i
you we they he she it that there here who what where when how let o
"""
CONTRACTED = frozenset(_CONTRACTED_TEXT.split())
_WITHOUT_APOSTROPHE_TEXT = """
arent couldnt didnt doesnt dont hadnt hasnt havent isnt mustnt neednt shouldnt wasnt werent wont wouldnt cant aint im
ive youre youve youll youd theyre theyve theyll theyd weve wed
hes shes itd itll thats thatll theres heres wheres
whos whats whens hows lets id ill
lol haha hahaha lmao omg btw tbh imo idk dunno gonna wanna gotta kinda sorta thru tho cos coz cuz bc thanx thnx thnks
tks tysm ty ur u r n plse msg msgs txt pic pics wk wks tmrw tmr tmrow 2moro nxt yr yrs mth mths hrs bday sos soz x xx
xxx
yep yeah yup nope nah oops hmm mmm ugh aw aww yay hey heya hullo erm um er
"""
WITHOUT_APOSTROPHE = frozenset(_WITHOUT_APOSTROPHE_TEXT.split())  # as typed on a telephone
_LETTER_LABELS_TEXT = """
capital letter column columns
section sections form forms part option appendix annex plan vitamin hepatitis group level grade type room block
schedule table figure category domain question column version team route point band class set zone gate stream
exhibit or and item list paragraph box field step tier rule page row wing hall council building floor path
"""
LETTER_LABELS = frozenset(_LETTER_LABELS_TEXT.split())
_FUNCTION_TEXT = """
a an the of in on at to for from by with and or but not is are was were be been has have had do does did will would
can could should may might must this that these those it its i you he she we they me him her us them my your his our
their who which what when where why how if so as than then there here no yes all any some each every only just also
very too please about after before up down out off over again now still back more most other new first last next am
pm re per said says asked asks wants want know knows think thinks told tells came come goes go went got get gets
"""
FUNCTION = frozenset(_FUNCTION_TEXT.split())
_COMPOUND_TAILS_TEXT = """
chart charts raising raiser marking minder minders sheet sheets log list notes
"""
COMPOUND_TAILS = tuple(_COMPOUND_TAILS_TEXT.split())
_ENDINGS_TEXT = """
er ers or ors ing ed able ness ment ise ised ising isation ly ish less ful
"""
ENDINGS = tuple(_ENDINGS_TEXT.split())
_BEGINNINGS_TEXT = """
re un non pre post multi inter over under co mis sub out
"""
BEGINNINGS = tuple(_BEGINNINGS_TEXT.split())
_VENUES_TEXT = """
suite room building hall centre theatre wing lounge auditorium annexe
"""
VENUES = frozenset(_VENUES_TEXT.split())
_BEFORE_NO_FAMILY_TEXT = """
school term holiday holidays report edition programme bank review panel meeting conference office court council hall
house street line service services team board group centre garden people person care paper papers page day days date
dates order event events course budget fund sale sales newsletter update break period leave work worker workers
training camp club fair fete festival time hours hour season half data note notes
"""
BEFORE_NO_FAMILY = frozenset(_BEFORE_NO_FAMILY_TEXT.split())
_TITLES_ALWAYS_TEXT = """
mr mrs ms miss mx dr prof called named surname nickname
"""
TITLES_ALWAYS = frozenset(_TITLES_ALWAYS_TEXT.split())
_FALSE_TITLED_TEXT = """
for to in back on off it them us me him her you out up by a an the about from as and or
"""
FALSE_TITLED = frozenset(_FALSE_TITLED_TEXT.split())
_PREPOSITIONS_TEXT = """
in at near from to of around across outside
"""
PREPOSITIONS = frozenset(_PREPOSITIONS_TEXT.split())
_ALSO_SOMEBODY_TEXT = """
hope summer winter aria tom abbey justice dean king forest journey earnest art golden sun lady queen royal
"""
ALSO_SOMEBODY = frozenset(_ALSO_SOMEBODY_TEXT.split())  # given names that may begin with a capital as ordinary words
_BEFORE_SOMEBODY_TEXT = """
add move put send sent give given tell told ask asked call called see saw meet met discuss remove list include invite
for about with and re regarding concerning from of is was has had that when if because says said
"""
BEFORE_SOMEBODY = frozenset(_BEFORE_SOMEBODY_TEXT.split())
_THINGS_TEXT = """
sheet sheets worksheet tab file files folder folders form template document page column field button menu leaflet
booklet poster report annex appendix section chapter module course programme app system software tool server printer
room meeting campaign project newsletter webinar
"""
THINGS = frozenset(_THINGS_TEXT.split())  # what is called something without being somebody
_TITLE_TAILS_TEXT = """
campaign card cards version versions edition format week day days award awards scheme app toolkit programme training
certificate newsletter leaflet leaflets booklet poster posters pack
"""
TITLE_TAILS = frozenset(_TITLE_TAILS_TEXT.split())  # after a title in capitals: "Be Bright campaign"
_NOUN_TAILS_TEXT = """
tree trees sapling saplings hedge hedges bush bushes shrub shrubs berries wreath wreaths fever bears plug socket
"""
NOUN_TAILS = frozenset(_NOUN_TAILS_TEXT.split())  # "rowan saplings"
_AFTER_SURNAME_TEXT = """
begins starts ends field column box first last begin start end
"""
AFTER_SURNAME = frozenset(_AFTER_SURNAME_TEXT.split())
FIXED_PAIRS = frozenset((("christmas", "Eve"), ("year", "Eve"), ("years", "Eve"), ("easy", "Read"), ("wi", "Fi")))
_PLACE_TAILS_TEXT = """
field fields wood woods hill hills ford well wells land lands brook stone house man dale worth bridge water waters stead
side croft gate hurst ridge town marsh moor mill church leigh ley low burn bourne lake more berry fen ham ton bank
"""
PLACE_TAILS = frozenset(_PLACE_TAILS_TEXT.split())  # how names of villages and families end: "BrookField"
CHILDREN = frozenset(("baby", "child", "infant", "little", "twin", "toddler", "son", "daughter", "brother", "sister"))
