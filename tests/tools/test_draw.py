"""The drawings are fresh, complete, well-formed, and a broken scene is named."""

import xml.etree.ElementTree as ElementTree

import pytest

from bot.advice.guidance import Library
from bot.triage.knowledge import Knowledge
from tools import draw


@pytest.fixture(scope="module")
def library() -> Library:
    data = draw.ROOT / "data/clinical"
    return Library.load(data, Knowledge.load(data))


def test_the_drawings_are_those_of_the_scenes() -> None:
    kept = {file.name: file.read_text("utf-8") for file in draw.TARGET.glob("*.svg")}
    assert kept == draw.drawings(), "run `make pictures`"


def test_each_piece_of_guidance_has_a_drawing_and_no_drawing_is_left_over(library: Library) -> None:
    assert {piece.picture for piece in library.guidance.values()} == set(draw.scenes())


@pytest.mark.parametrize("file", sorted(draw.TARGET.glob("*.svg")), ids=lambda file: file.stem)
def test_a_drawing_stands_alone(file: draw.Path) -> None:
    root = ElementTree.parse(file).getroot()
    assert root.get("viewBox") == "0 0 240 180"
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    # Nothing is run and nothing is fetched by a picture.
    names = {element.tag.split("}")[1] for element in root.iter()}
    assert names <= {"svg", "title", "style", "g", "path", "circle", "ellipse", "rect"}
    assert "href" not in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("scene", "says"),
    [
        ({"people": [{"near_arm": [90]}]}, "near_arm needs two or three directions"),
        ({"people": [{"at": {"tail": [1, 2]}}]}, "no joint 'tail'"),
        ({"behind": [{"triangle": [1, 2, 3]}]}, "no shape"),
        ({"marks": [{"star": [1, 2, 3]}]}, "no mark"),
        ({"behind": [{"box": [1, 2, 3]}]}, "scene"),
    ],
)
def test_a_broken_scene_is_named(scene: dict, says: str) -> None:
    with pytest.raises(draw.SceneError, match=r"^scene: ") as caught:
        draw.draw("scene", scene, "words")
    assert says in str(caught.value)
