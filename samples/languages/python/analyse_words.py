"""The analyser in Python; ../c/analyse.c is the same in C.

See ../wit/analyse.wit; componentize-py makes `wit_world` from it.
"""

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.analyse import Analysis, Finding
from wit_world.imports import tokenize
from wit_world.imports.tokenize import Word


class Analyse(exports.Analyse):
    """What the component exports."""

    def analyse(self, text: str) -> Analysis:
        """Ask every tokenizer, and say what each found."""
        analysis = Analysis(findings=[], failed=[])
        for plugin, answer in tokenize.tokenize(text):
            if isinstance(answer, Err):
                analysis.failed.append(plugin)
            else:
                analysis.findings.append(_find(plugin, answer.value))
        return analysis


def _find(plugin: str, words: list[Word]) -> Finding:
    longest = max(words, key=lambda word: word.length, default=Word("", 0))
    return Finding(plugin, len(words), longest.text, longest.length)
