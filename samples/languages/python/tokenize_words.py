"""The tokenizer in Python. See ../wit/tokenize.wit; componentize-py makes `wit_world` from it."""

import re

from wit_world import exports
from wit_world.exports.tokenize import Word


class Tokenize(exports.Tokenize):
    """What the component exports."""

    def tokenize(self, text: str) -> list[Word]:
        """Give the words of a text, each with its length in characters."""
        return [Word(word, len(word)) for word in re.findall(r"[^ \t-\r]+", text)]
