#!/usr/bin/env python3
"""compare.py FILE...: what a Windows answered (record.h) beside what the engine does, each difference a line.

Ends with 0 when there is no difference, 1 when there are some, 2 when a file is not whole, 3 when it is no evidence: Wine's answers
are shown and count for nothing."""
import collections
import json
import pathlib
import sys

SAME, DIFFERENT, BROKEN, NO_EVIDENCE = range(4)
FORMAT = 1


class Broken(Exception):
    """A file that is not as the recorder leaves it."""


def load(path):
    """(header, answers, questions) of a file that is whole."""
    try:
        lines = [json.loads(line) for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as problem:
        raise Broken(f"cannot be read: {problem}") from problem
    if not lines or not all(isinstance(line, dict) for line in lines):
        raise Broken("is empty, or no record")
    header, end = lines[0], lines[-1]
    if header.get("format") != FORMAT:
        raise Broken(f"has the format {header.get('format')} and not {FORMAT}")
    if not end.get("end") or end["lines"] != len(lines):
        raise Broken("was not written to its end")
    answers = [line for line in lines if "row" in line]
    questions = [line for line in lines if "default" in line]
    asked = [line for line in answers if "windows" in line]
    if len(asked) != end["asked"] or sum(differs(line) for line in asked) != end["differ"]:
        raise Broken("does not add up")
    return header, answers, questions


def differs(answer):
    return "windows" in answer and answer["windows"] != answer["engine"]


def name(answer):
    return answer["row"] + (":" + answer["way"] if "way" in answer else "")


def show_header(path, header):
    windows = header["windows"]
    system = f"Wine {header['wine']}, which is no evidence, says it is " if header["wine"] else ""
    print(f"{path}: {system}Windows {windows['major']}.{windows['minor']}.{windows['build']}.{windows['revision']}"
          f"{' Server' if windows['server'] else ''}, {header['architecture']}, {header['time']}, as {header['account']}"
          f"{'' if header['creates_tokens'] else ', who may create no tokens'}")


def show_answers(answers):
    asked = [answer for answer in answers if "windows" in answer]
    by = collections.Counter(answer.get("token", "no token") for answer in asked)
    print(f"{len(asked)} asked ({', '.join(f'{count} with {what}' for what, count in by.most_common())}), "
          f"{len(answers) - len(asked)} not:")
    why = collections.Counter(answer["not_asked"] for answer in answers if "not_asked" in answer)
    for reason, count in why.most_common(12):
        print(f"  {count:5} {reason}")
    rest = sum(count for _, count in why.most_common()[12:])
    if rest:
        print(f"  {rest:5} for other reasons")
    found = [answer for answer in asked if differs(answer)]
    print(f"{len(found)} answered otherwise than by the engine{':' if found else ''}")
    for answer in found:
        print(f"  {name(answer)}{' (' + answer['question'] + ')' if 'question' in answer else ''}: "
              f"{answer['function']}: {answer['windows']}, the engine {answer['engine']}")


def show_questions(answers, questions):
    print("open questions:")
    for question in questions:
        rows = [answer for answer in answers if answer.get("question") == question["question"]]
        asked = [answer for answer in rows if "windows" in answer]
        different = sum(differs(answer) for answer in asked)
        why = sorted({answer["not_asked"] for answer in rows if "not_asked" in answer})
        # of rows all have to be asked, of experiments one
        settled = asked and (len(asked) == len(rows) or all(answer["row"] == question["question"] for answer in rows))
        verdict = "DIFFERS" if different else "as the engine" if settled else "open"
        print(f"  {question['question']:4} {verdict:14} {len(asked)} of {len(rows)} asked, {different} differ. {question['asks']}: "
              f"{question['default']}{'. Not asked: ' + '; '.join(why[:3]) if why else ''}")


def compare(path):
    header, answers, questions = load(path)
    show_header(path, header)
    show_answers(answers)
    show_questions(answers, questions)
    if header["wine"] is not None:
        print("no evidence: these are Wine's answers")
        return NO_EVIDENCE
    return DIFFERENT if any(differs(answer) for answer in answers) else SAME


def main(paths):
    status = SAME
    for path in paths:
        try:
            status = max(status, compare(path))
        except (Broken, KeyError, TypeError) as problem:
            print(f"{path}: {problem}")
            status = max(status, BROKEN)
    return status


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
