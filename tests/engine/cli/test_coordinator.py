# SPDX-License-Identifier: Apache-2.0
"""The lead's commands: what they say, what they refuse, and that a refusal changes nothing."""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from engine.cli.main import main
from engine.coordinator.desk import InvitationId
from engine.coordinator.federation import Federation
from engine.coordinator.home import Home
from engine.session import coordinator_jobs
from engine.trust import certificates, enrolment
from engine.trust.signing import SigningKey
from engine.values import StudyId
from engine.wire.messages import Enrol

Said = tuple[int, str, str]
STUDY = StudyId("my-study-2026")


class Lead:
    """One lead's terminal."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *words: str) -> Said:
        code = main(["-C", str(self.folder / "lead"), *words])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def json(self, *words: str, code: int = 0) -> Any:
        ended, out, err = self(*words, "--json")
        assert ended == code, err
        return json.loads(out)

    def enrol(self, name: str) -> None:
        """What the serving process does when a hospital uses its invitation."""
        invitation = enrolment.read(self.folder / f"{name}.wardround-invite", time.time())
        request, _ = certificates.make_request()
        key = SigningKey.generate()
        desk = Federation(Home(self.folder / "lead"))
        desk.enrol(InvitationId(invitation.invitation), Enrol(request, key.public, key.sign(request), "test", "Linux"))
        desk.close()


@pytest.fixture
def lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lead:
    monkeypatch.chdir(tmp_path)
    lead = Lead(tmp_path, capsys)
    assert lead("study", "new", "tabular-classification", "-o", "study.toml")[0] == 0
    assert lead("coordinator", "init", "--name", "Lead", "--host", "127.0.0.1", "--listen", "127.0.0.1:7443")[0] == 0
    return lead


def test_init_shows_address_and_check_words_and_never_overwrites(lead: Lead) -> None:
    view = coordinator_jobs.about(lead.folder / "lead")
    assert view.addresses == ("127.0.0.1:7443",)
    before = sorted((path.name, path.stat().st_mtime_ns) for path in (lead.folder / "lead").rglob("*"))
    code, _, err = lead("coordinator", "init", "--name", "Other", "--host", "127.0.0.1")
    assert (code, "E-COORD-01" in err) == (8, True)
    assert before == sorted((path.name, path.stat().st_mtime_ns) for path in (lead.folder / "lead").rglob("*"))


def test_own_certificates_come_all_three_or_none(lead: Lead, tmp_path: Path) -> None:
    words = ("coordinator", "init", "--name", "L", "--host", "h", "--tls-key", "k.pem")
    code, _, err = lead("-C", str(tmp_path / "other"), *words)
    assert (code, "E-CMD-03" in err) == (2, True)
    assert not (tmp_path / "other").exists()


def test_one_study_needs_no_name_and_several_do(lead: Lead) -> None:
    assert "E-CMD-13" in lead("coordinator", "rounds")[2]
    assert lead.json("coordinator", "study", "add", "study.toml")["study"] == STUDY
    assert lead.json("coordinator", "rounds") == {"study": STUDY, "rounds": []}
    assert lead("study", "new", "logistic-regression")[0] == 0
    assert lead("coordinator", "study", "add", "logistic-regression.toml")[0] == 0
    code, _, err = lead("coordinator", "rounds")
    assert (code, "E-CMD-10" in err, STUDY in err) == (2, True, True)
    assert len(lead.json("coordinator", "study")["studies"]) == 2


def test_status_is_for_people_and_for_monitoring(lead: Lead) -> None:
    lead("coordinator", "study", "add", "study.toml")
    lead("coordinator", "invite", "north", "south")
    state = lead.json("coordinator", "status")["studies"][0]
    assert (state["study"], state["state"], state["health"], state["rounds"]) == (STUDY, "draft", "ok", 20)
    assert [site["site"] for site in state["sites"]] == ["north", "south"]
    code, out, _ = lead("coordinator", "status", "--lang", "zh")
    assert code == 0
    assert "草稿" in out
    assert "已邀请" in out
    assert lead("coordinator", "stop", "--yes")[0] == 0
    assert lead.json("coordinator", "status", code=4)["studies"][0]["problem"]["code"] == "E-ROUND-07"
    assert lead("coordinator", "status")[0] == 4
    assert lead("coordinator", "status", "nothing")[0] == 2


def test_invitations_are_private_and_never_overwritten(lead: Lead) -> None:
    lead("coordinator", "study", "add", "study.toml")
    made = lead.json("coordinator", "invite", "north", "south", "--out", "invitations/", "--expires", "2d")["invitations"]
    for one in made:
        assert stat.S_IMODE((lead.folder / one["file"]).stat().st_mode) == 0o600
        assert 0 < one["expires"] - time.time() <= 2 * 86_400
    code, _, err = lead("coordinator", "invite", "north", "--out", "invitations/")
    assert (code, "E-CMD-26" in err) == (2, True)
    code, _, err = lead("coordinator", "invite", "North!")
    assert (code, "E-COORD-12" in err) == (2, True)
    assert "E-CMD-04" in lead("coordinator", "invite", "a", "b", "--out", "one-file")[2]


def test_a_site_is_approved_by_its_words_only(lead: Lead) -> None:
    lead("coordinator", "study", "add", "study.toml")
    lead("coordinator", "invite", "north")
    assert "E-CMD-30" in lead("coordinator", "sites", "approve", "north", "--words", "a b c d e f")[2]
    lead.enrol("north")
    words = lead.json("coordinator", "sites", "show", "north")["check_words"]
    wrong = words["en"].split()[::-1]
    for typed in (" ".join(wrong), " ".join(words["en"].split()[:5]), words["en"] + " more"):
        for language, sentence in (("en", "not the check words of north"), ("zh", "不是 north 的校验词")):
            code, _, err = lead("coordinator", "sites", "approve", "north", "--words", typed, "--lang", language)
            assert (code, "E-CMD-21" in err, sentence in err) == (5, True, True)
    code, _, err = lead("coordinator", "sites", "approve", "north", "--yes")
    assert (code, "E-CMD-20" in err) == (6, True), "--yes never stands for comparing"
    assert "E-CMD-09" in lead("coordinator", "sites", "approve", "north", "--words", words["en"], "--yes-i-compared")[2]
    assert lead.json("coordinator", "sites")["sites"][0]["membership"] == "waiting-for-approval"
    assert lead("coordinator", "sites", "approve", "north", "--words", words["en"])[0] == 0
    assert lead.json("coordinator", "sites", "ls")["sites"][0]["membership"] == "approved"


@pytest.mark.parametrize("spoken", ["zh", "numbers", "mixed"])
def test_words_may_be_read_out_in_another_language(lead: Lead, spoken: str) -> None:
    lead("coordinator", "study", "add", "study.toml")
    lead("coordinator", "invite", "north")
    lead.enrol("north")
    words = lead.json("coordinator", "sites", "show", "north")["check_words"]
    typed = {
        "zh": words["zh"],
        "numbers": " ".join(map(str, words["numbers"])),
        "mixed": ", ".join([*words["en"].upper().split()[:3], *words["zh"].split()[3:]]),
    }[spoken]
    assert lead("coordinator", "sites", "approve", "north", "--words", typed)[0] == 0


def test_revoking_needs_a_yes(lead: Lead) -> None:
    lead("coordinator", "study", "add", "study.toml")
    lead("coordinator", "invite", "north")
    assert "E-CMD-20" in lead("coordinator", "sites", "revoke", "north")[2]
    assert lead.json("coordinator", "sites")["sites"][0]["membership"] == "invited"
    assert "E-COORD-06" in lead("coordinator", "sites", "revoke", "south", "--yes")[2]
    assert lead("coordinator", "sites", "revoke", "north", "--yes")[0] == 0
    assert lead.json("coordinator", "sites")["sites"][0]["membership"] == "revoked"


def test_too_early_is_said_with_a_code(lead: Lead) -> None:
    lead("coordinator", "study", "add", "study.toml")
    for words, code in (
        (("study", "publish"), "E-COORD-08"),
        (("start",), "E-COORD-10"),
        (("pause",), "E-COORD-10"),
        (("resume",), "E-COORD-10"),
        (("export", "--to", "results"), "E-COORD-14"),
    ):
        ended, out, err = lead("coordinator", *words)
        assert (ended, out, code in err) == (1, "", True)
    assert not (lead.folder / "results").exists()


def test_a_signature_belongs_to_one_plan(lead: Lead) -> None:
    assert lead("study", "sign", "study.toml")[0] == 0
    assert "E-CMD-26" in lead("study", "sign", "study.toml")[2]
    checked = lead.json("study", "check", "study.toml", "--signature", "study.toml.sig")
    assert checked["signed_by"] == Home(lead.folder / "lead").lead_key().public.hex()
    plan = (lead.folder / "study.toml").read_text(encoding="utf-8")
    (lead.folder / "study.toml").write_text(plan.replace("# ", "#  "), encoding="utf-8")
    assert lead("study", "check", "study.toml", "--signature", "study.toml.sig")[0] == 0, "comments are no part of the plan"
    (lead.folder / "study.toml").write_text(plan.replace("count = 20", "count = 21"), encoding="utf-8")
    code, _, err = lead("study", "check", "study.toml", "--signature", "study.toml.sig")
    assert (code, "E-CMD-27" in err) == (5, True)
