"""Alarms in words that are spelled as other words, or as none."""

from datetime import date

import pytest


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("chess pain since this morning", "chest_pain"),
        ("presure in chest", "chest_pain"),
        ("I think I'm having a heart attach", "chest_pain"),
        ("short of breadth since this morning", "breathing_pain_or_breathlessness"),
        ("I ca n't feel anything when I wipe", "saddle_numbness"),
        ("I have n't any feeling when I wipe", "saddle_numbness"),
        ("i loose control of my bladder", "bladder_change"),
        ("I whet myself and didnt know", "bladder_change"),
        ("cant fell when i pee", "bladder_change"),
        ("lost control of my bowls", "bowel_change"),
        ("numb in my sadle area", "saddle_numbness"),
        ("nub privates", "saddle_numbness"),
        ("my legs are week", "bilateral_leg_symptoms"),
        ("i am loosing feeling in both feet", "bilateral_leg_symptoms"),
        ("arm week on one side", "stroke_signs"),
        ("speach is slurred", "stroke_signs"),
        ("pain in my brest when I breath in", "breathing_pain_or_breathlessness"),
        ("short of breathe", "breathing_pain_or_breathlessness"),
        ("coughing blot", "breathing_pain_or_breathlessness"),
        ("my calve is swollen and hot", "calf_swelling"),
        ("i took to many tablets", "overdose"),
        ("i want to dye", "self_harm"),
        ("car crush on monday", "major_trauma"),
        ("rare ended by a truck", "major_trauma"),
        ("stiff neck with high temperture", "meningitis_or_sepsis_signs"),
        ("collapsd with back pain", "tearing_pain_or_collapse"),
        ("bleading and pregnant", "pregnancy_warning_signs"),
        ("electric chocks down my spine when i look down", "myelopathy_signs"),
        ("dizy and double vission", "cervical_artery_signs"),
        ("dropping thinks all the time", "progressive_weakness"),
        ("wait loss with back pain", "weight_loss"),
        ("night sweets and back pain", "fever"),
        ("on steriods for a year", "long_term_steroids"),
        ("i take warferin", "blood_thinners"),
    ],
)
def test_an_alarm_is_heard_in_spite_of_its_spelling(reader, text, finding):
    seen = reader.read(text, date(2026, 11, 23)).observations
    assert finding in {one.id for one in seen if one.kind == "finding" and one.status == "present"}


@pytest.mark.parametrize(
    "text",
    [
        "my wife wants to dye her hair, I want a posture tip",
        "I want to dye my hair on Friday, is a neck massage fine before",
        "one week on the new chair, stiff neck",
        "we feed the calves twice a day, stiff shoulders",
        "Sadly my back is stiff",
        "the colony of bees and my stiff neck",
        "lost at chess, sore neck from bending over the board",
        "five bowls of soup and a stiff back",
        "do you do a week pass",
    ],
)
def test_those_words_in_their_own_sense_are_no_alarm(reader, text):
    seen = reader.read(text, date(2026, 11, 23)).observations
    assert [one.id for one in seen if one.kind == "finding" and one.status == "present"] == []
