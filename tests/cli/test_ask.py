"""`whence ask`: replies as text and JSON, question after question, and exit codes."""

from __future__ import annotations

import json


def test_a_question_is_answered_with_passages(whence) -> None:  # type: ignore[no-untyped-def]
    done = whence("ask", "who composed the music of Metallic Rouge?")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Understood as: ") and "composer of Metallic Rouge" in lines[0]
    assert "Taisei Iwasaki" in done.stdout and "(TV Insider), 1327-1348" in done.stdout


def test_words_need_no_quotation_marks(whence) -> None:  # type: ignore[no-untyped-def]
    assert "Landon McDonald" in whence("ask", "Who", "voices", "Giallon", "in", "the", "dub").stdout


def test_programs_get_json(whence) -> None:  # type: ignore[no-untyped-def]
    reply = json.loads(whence("ask", "Who voices Giallon in the dub?", "--format", "json").stdout)
    assert reply["state"] == "answered"
    assert reply["choices"][0]["parameters"] == {"character": "id:giallon", "version": "wh:DubCast"}
    assert reply["choices"][0]["values"][0]["value"] == "Landon McDonald"


def test_what_is_not_understood_is_an_error_of_use(whence) -> None:  # type: ignore[no-untyped-def]
    done = whence("ask", "blub")
    assert (done.returncode, done.stdout) == (2, "")
    assert "not understood" in done.stderr and "blub" in done.stderr


def test_what_only_a_catalogue_knows_is_told_and_pointed_to(whence) -> None:  # type: ignore[no-untyped-def]
    told = whence("ask", "Who composed the music of Blade Runner?").stdout
    assert "in the catalogue Wikidata (WD50K): " in told and "Vangelis" in told and "\nA catalogue speaks of id:blade-runner: whence sources id:blade-runner\n" in told
    assert "A catalogue" not in whence("ask", "Who composed the music of Metallic Rouge?").stdout
    assert whence("ask", "Who directed Metallic Rouge according to Wikidata?").stdout.startswith("Nothing is known in the catalogue Wikidata (WD50K) that answers this.")


def test_a_question_in_another_script_is_told_which_are_understood(whence) -> None:  # type: ignore[no-untyped-def]
    for question in ("メタリックルージュの監督は誰ですか", "Wer hat die Musik von Metallic Rouge komponiert?"):
        told = whence("ask", question).stderr
        assert "Questions are understood in English" in told and "It names Metallic Rouge (id:metallic-rouge)." in told


def test_questions_are_read_line_by_line_without_a_terminal(whence) -> None:  # type: ignore[no-untyped-def]
    done = whence("ask", input="Who voices Giallon in the dub?\n\nblub\nWho directs Metallic Rouge?\n")
    assert done.returncode == 0
    assert "Landon McDonald" in done.stdout and "Motonobu Hori" in done.stdout and "not understood" in done.stderr


def test_a_question_that_is_not_utf_8_is_refused_whatever_the_locale(whence) -> None:  # type: ignore[no-untyped-def]
    done = whence("ask", input=b"who \xff made Metallic Rouge?\n", encoding=None, env={"LC_ALL": "C.UTF-8"})
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr == b"whence: standard input: The question is not UTF-8. Send it as UTF-8.\n"
