"""Every English text has its translation, and nothing is left over or out of date."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.dialogue.mind import Mind, closest, locales
from bot.triage.files import ClinicalDataError, load
from bot.triage.translation import Translation, needs_twin, texts

from .conftest import DATA

FILES = [
    *sorted((DATA / "clinical").rglob("*.yml")),
    DATA / "replies" / "en.yml",
    DATA / "replies" / "summary.en.yml",
    DATA / "replies" / "wishes.yml",
]
# Names that are the same in both languages.
SAME = {"Australia", "India", "Nigeria", "Austria", "Portugal", "Bulgaria", "Estonia", "Malta", "Israel", "Sri Lanka"}
SAME |= {"Hong Kong", "Vietnam", "China", "No", "no"}
LONGEST = 30  # words of a sentence
EASIEST_TO_READ = 80  # Fernández-Huerta, mean: "very easy" on the INFLESZ scale
HARDEST_TO_READ = 45  # of one text of a dozen words or more: above "somewhat difficult"
OTHERS = [locale for locale in locales(DATA) if locale != "en"]


@pytest.fixture(params=OTHERS)
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def pairs(locale: str) -> list[tuple[Path, str, str, str]]:
    """File, place, English and translation of every text."""
    translation = Translation(DATA, DATA / "locales" / locale)
    found = []
    for file in FILES:
        english = dict(texts(file))
        if english:
            turned = _texts_of(translation, file)
            found += [(file, "/".join(place), text, turned[place]) for place, text in english.items()]
    return found


def _texts_of(translation: Translation, file: Path) -> dict[tuple[str, ...], str]:
    twin = load(translation.twin(file))
    found: dict[tuple[str, ...], str] = {}
    for place, _ in texts(file):
        at = twin
        for key in place:
            at = at.entries()[key]
        found[place] = at.entries()[translation.language].text()
    return found


def test_there_is_spanish() -> None:
    assert OTHERS == ["es"]


def test_every_text_is_translated(locale: str) -> None:
    assert len(pairs(locale)) > 1400
    Mind.load(DATA, locale)  # refuses what is missing, left over or out of date


def test_no_translated_file_is_left_over(locale: str) -> None:
    translation = Translation(DATA, DATA / "locales" / locale)
    own = {translation.folder / name for name in ("locale.yml", "tongue.yml", "alarms.yml")}
    assert set(translation.folder.rglob("*.yml")) - own == {translation.twin(f) for f in FILES if needs_twin(load(f))}


def test_the_rules_are_the_same_in_every_language(locale: str) -> None:
    english, other = Mind.load(DATA).knowledge, Mind.load(DATA, locale).knowledge
    assert other.ruleset == english.ruleset
    assert other.level_rules.keys() == english.level_rules.keys()
    assert [q.asks for q in other.questions.values()] == [q.asks for q in english.questions.values()]
    assert [[c.sets for c in q.choices] for q in other.questions.values()] == [
        [c.sets for c in q.choices] for q in english.questions.values()
    ]
    assert {c: n.emergency for c, n in other.countries.items() if n.emergency.isdigit()} == {
        c: n.emergency for c, n in english.countries.items() if n.emergency.isdigit()
    }


def test_numbers_and_places_to_fill_are_kept(locale: str) -> None:
    for file, place, english, other in pairs(locale):
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", other)), (file, place)
        assert sorted(re.findall(r"\d+", english)) == sorted(re.findall(r"\d+", other)), (file, place)


def test_nothing_is_left_in_english() -> None:
    english = {text for _, _, text, other in pairs("es") if text == other and re.search(r"[A-Za-z]{2}", text)}
    assert english == SAME & english
    words = re.compile(r"\b(the|and|your|with|pain|back|if|you|of|not)\b", re.IGNORECASE)
    kept = {other for _, _, _, other in pairs("es") if words.search(other)}
    assert {text for text in kept if "PEG" not in text} == set()  # the P of PEG stands for the English word


def test_spanish_is_written_as_spanish() -> None:
    for file, place, _, text in pairs("es"):
        assert text.count("¿") == text.count("?"), (file, place)
        assert text.count("¡") == text.count("!"), (file, place)
        assert not re.search(r"\b(tú|tienes|puedes|haz|llama|dime|tu|tus|te)\b", text), (file, place, text)
        assert '"' not in text, (file, place)


def test_spanish_is_easy_to_read() -> None:
    import textstat

    found = [(text, place) for _, place, _, text in pairs("es")]
    for text, place in found:
        for sentence in re.split(r"(?<=[.!?;:])\s+", text):
            assert len(sentence.split()) <= LONGEST, (place, sentence)
    try:
        textstat.set_lang("es")
        grades = {text: textstat.fernandez_huerta(text) for text, _ in found if len(text.split()) >= 12}
    finally:
        textstat.set_lang("en_US")
    assert sum(grades.values()) / len(grades) > EASIEST_TO_READ
    assert {text: grade for text, grade in grades.items() if grade < HARDEST_TO_READ} == {}


@pytest.mark.parametrize(
    ("tag", "chosen"),
    [("es", "es"), ("es-MX", "es"), ("ES_es", "es"), ("es-419", "es"), ("en-GB", "en"), ("fr", "en"), ("", "en")],
)
def test_the_closest_language_is_taken(tag: str, chosen: str) -> None:
    assert closest(tag, locales(DATA)) == chosen


# --- what a translation must not do ---------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("clinical", "replies", "locales"):
        shutil.copytree(DATA / name, tmp_path / name)
    return tmp_path


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))


def refused(data: Path, file: Path) -> str:
    translation = Translation(data, data / "locales" / "es")
    with pytest.raises(ClinicalDataError) as error:
        translation.load(file)
    return str(error.value)


def test_a_changed_english_sentence_makes_its_translation_out_of_date(copy: Path) -> None:
    file = copy / "clinical" / "findings.yml"
    change(file, "label: Epilepsy", "label: Epilepsy or fits")
    told = refused(copy, file)
    assert "findings/epilepsy/label" in told
    assert "Epilepsy or fits" in told
    assert "has changed since" in told
    assert "locales/es/clinical/findings.yml, line" in told


def test_a_new_english_text_needs_a_translation(copy: Path) -> None:
    file = copy / "replies" / "en.yml"
    change(file, "  greeting_again:", '  brand_new:\n    - "Something new."\n  greeting_again:')
    assert "'words/brand_new/1' is not translated" in refused(copy, file)


def test_a_translation_of_nothing_is_refused(copy: Path) -> None:
    file = copy / "clinical" / "regions.yml"
    twin = copy / "locales" / "es" / "clinical" / "regions.yml"
    change(twin, "regions:", "regions:\n  knee:\n    label:\n      en: Knee\n      es: Rodilla")
    assert "'regions/knee/label' translates nothing" in refused(copy, file)


def test_a_piece_of_guidance_is_found_by_its_id_wherever_it_stands(copy: Path) -> None:
    file = copy / "clinical" / "guidance" / "stress.yml"
    before, first, *rest = file.read_text().split("  - id: ")
    file.write_text("  - id: ".join([before, *rest, first]))
    translation = Translation(copy, copy / "locales" / "es")
    pieces = translation.load(file).entries()["guidance"].items()
    titles = {piece.entries()["id"].text(): piece.entries()["title"].text() for piece in pieces}
    assert titles["slow_breathing"] == "Cinco minutos de respiración lenta"


def test_a_mind_with_a_stale_translation_does_not_start(copy: Path) -> None:
    change(copy / "clinical" / "levels.yml", "title: Be seen today", "title: Be seen this very day")
    with pytest.raises(ClinicalDataError, match="levels/same_day/title"):
        Mind.load(copy, "es")
