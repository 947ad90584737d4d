"""The four scores of a reading, by name."""

from kirosample.horoscope import Reading
from kirosample.web.messages import Messages


def named_scores(reading: Reading, messages: Messages) -> list[tuple[str, int]]:
    """Each score's name in the language of the messages, and its 1 to 5 points."""
    return [
        (messages.say("総合"), reading.overall),
        (messages.say("恋愛"), reading.love),
        (messages.say("仕事"), reading.work),
        (messages.say("金運"), reading.money),
    ]
