"""`kopir bridge`: every problem a line, a status to build on, and the node itself."""

from __future__ import annotations

import sys
import types

from kopir.bridge.cli import main


def test_run_hands_over_to_the_node(monkeypatch, tmp_path):
    seen = []

    def run(config):
        seen.append(config)
        return 3

    node = types.ModuleType("kopir.bridge.node")
    monkeypatch.setattr(node, "main", run, raising=False)
    monkeypatch.setitem(sys.modules, "kopir.bridge.node", node)
    monkeypatch.setattr("kopir.bridge.node", node, raising=False)
    assert main.main(["bridge", "run", str(tmp_path)]) == 3
    assert seen == [tmp_path]


def test_nothing_wrong_is_status_0(monkeypatch, capsys):
    monkeypatch.setattr("kopir.bridge.preflight.check", lambda file, now_ms: [])
    assert main.main(["bridge", "check", "node.toml"]) == 0
    assert capsys.readouterr().out == "node.toml: nothing is wrong\n"


def test_problems_are_lines_and_status_1(tmp_path, capsys):
    assert main.main(["bridge", "check", str(tmp_path / "node.toml")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("node.toml: cannot be read: No such file or directory; check path and permissions")
    assert lines[1].endswith(": 1 problem")
    (tmp_path / "node.toml").write_text("[node]\n")
    main.main(["bridge", "check", str(tmp_path / "node.toml")])
    assert capsys.readouterr().out.endswith(" problems\n")
