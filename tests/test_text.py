"""The sentences of words for readers."""

import pytest

from kirosample.text import split_sentences, typographic


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("朝です。夜です。", ["朝です。", "夜です。"]),
        ("「いい？ だめ。」と聞く。夜だ", ["「いい？ だめ。」と聞く。", "夜だ"]),
        ("どこへ？駅です。", ["どこへ？", "駅です。"]),
        ("Is it? It is. Go.", ["Is it?", "It is.", "Go."]),
        ('Say "yes." A "why?" is fine.', ["Say “yes.”", "A “why?” is fine."]),
        ('"Hm. No," he says. Go.', ["“Hm. No,” he says.", "Go."]),
        ("At 5 p.m. Mr. Tubb… waits. So!", ["At 5 p.m.", "Mr. Tubb… waits.", "So!"]),
        ("It ends at 5 p.m. Then home.", ["It ends at 5 p.m.", "Then home."]),
    ],
)
def test_sentences_end_outside_quotes(text: str, sentences: list[str]) -> None:
    assert split_sentences(typographic(text)) == sentences
