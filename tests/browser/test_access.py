"""Who may ask the server for what: files, other names, other sites, logins."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

Visit = Callable[..., Any]
SERVER_FUNCTION = "/gradio_api/component_server"


def call(server: Any, key: object, component: int | None = None, **headers: str) -> tuple[int, str]:
    """Call the function of the panel as the page does."""
    body = {
        "session_hash": "s",
        "component_id": panel_id(server) if component is None else component,
        "fn_name": "show_document",
        "data": key,
    }
    code, reply = server.post(SERVER_FUNCTION, body, **headers)
    return code, reply


def panel_id(server: Any) -> int:
    config = json.loads(server.get("/config")[1])
    found = [
        item["id"] for item in config["components"]
        if item["props"].get("elem_id") == "document-panel"
    ]  # fmt: skip
    return int(found[0])


@pytest.mark.parametrize(
    "key",
    ["", "cite-", "x" * 1_000_000, None, 7, True, [], ["cite-0"], {"a": 1}, "cite-../../x-1-2-0",
     f"cite-{'0' * 16}-1-2-00000000", f"cite-{'0' * 16}-999999999-1-ffffffff", "\u202e\x00"],
    ids=repr,
)  # fmt: skip
def test_a_key_that_names_nothing_is_answered_as_such(sample: Any, key: object) -> None:
    """Garbage instead of a citation gets the text for a missing document, never a traceback."""
    code, reply = call(sample, key)
    assert code == 200
    assert "找不到这篇文档" in json.loads(reply)


def test_other_functions_and_components_cannot_be_called(sample: Any) -> None:
    """Only the function meant for the page is served, and no error tells about the inside."""
    body = {"session_hash": "s", "component_id": panel_id(sample), "data": "x"}
    for name in ("__init__", "preprocess", "postprocess", "get_config", "__class__"):
        code, reply = sample.post(SERVER_FUNCTION, {**body, "fn_name": name})
        assert code == 404
        assert "Traceback" not in reply
    for component in (-1, 10**9):
        code, reply = call(sample, "x", component)
        assert code >= 400
        assert "Traceback" not in reply


def test_no_file_of_the_machine_is_served(sample: Any) -> None:
    """Neither system files nor the knowledge base, the working folder, the code or an address."""
    folder = sample.home / "cwd"
    (folder / "secret.txt").write_text("绝密", encoding="utf-8")
    database = next((sample.home / "data").rglob("kb.sqlite"))
    code = Path(__file__).parents[2] / "ui" / "app.py"
    secret = str(folder / "secret.txt")
    targets = (
        "/etc/passwd", str(database), secret, "secret.txt", str(code), "../../../../etc/passwd",
        "http://127.0.0.1:9/", "http://elsewhere.invalid/",
    )  # fmt: skip
    forms = (
        "/gradio_api/file={}", "/gradio_api/file/{}", "/file={}", "/static/{}", "/assets/{}",
        "/gradio_api/%66ile={}", "/gradio_api/proxy={}", "/{}",
    )  # fmt: skip
    for target in targets:
        for form in forms:
            for path in (target, target.replace("/", "%2f")):
                status, reply = sample.get(form.format(path))
                assert status in (307, 400, 403, 404, 405), (form, path)
                assert "root:" not in reply
                assert "绝密" not in reply


def test_the_page_tells_nothing_about_the_machine(sample: Any) -> None:
    """Neither the page nor its configuration holds a path or the user's name."""
    for path in ("/", "/config", "/gradio_api/info"):
        text = sample.get(path)[1]
        for secret in (str(sample.home), str(Path.home() / ""), str(Path(__file__).parents[2])):
            assert len(secret) < 6 or secret not in text
        assert "site-packages" not in text


def test_other_names_and_other_sites_are_refused(sample: Any) -> None:
    """A page elsewhere can neither point its own name here nor send requests from a browser."""
    assert sample.get("/config", Host="attacker.invalid")[0] == 403
    assert sample.get("/config", Host=f"localhost:{sample.port}")[0] == 200
    for origin in ("http://attacker.invalid", "null", "http://127.0.0.1:1"):
        assert call(sample, "x", 1, Origin=origin)[0] == 403
        assert sample.post("/gradio_api/upload", {}, Origin=origin)[0] == 403
    assert call(sample, "x", Origin=sample.url)[0] == 200


def test_the_browser_is_told_to_fetch_nothing_elsewhere(sample: Any) -> None:
    """Every reply carries a policy that allows this origin only."""
    with urllib.request.urlopen(sample.url) as reply:
        policy = reply.headers["Content-Security-Policy"]
        assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert policy.startswith("default-src 'self'")
    assert "*" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_other_hosts_need_a_login(tmp_path: Path, host: str) -> None:
    """Letting other machines in without a login is refused in one line, before anything starts."""
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", "chat", "--host", host],
        capture_output=True, text=True, encoding="utf-8", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "--login" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def guarded(start_server: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An English chat on every address, behind a login."""
    login = tmp_path_factory.mktemp("login") / "login.txt"
    login.write_text("lihua:correct horse\n", encoding="utf-8")
    return start_server("--host", "0.0.0.0", "--login", str(login), "--lang", "en")


def test_without_a_login_nothing_is_served(guarded: Any, sample: Any) -> None:
    """Configuration, uploads, questions and the panel's function all ask for the login."""
    assert guarded.get("/config")[0] == 401
    assert guarded.get("/gradio_api/info")[0] == 401
    assert call(guarded, "x", panel_id(sample))[0] == 401
    for path in ("/gradio_api/upload", "/gradio_api/queue/join", "/gradio_api/run/predict"):
        assert guarded.post(path, {"data": [], "fn_index": 0, "session_hash": "s"})[0] == 401


def test_a_login_opens_the_english_page(browser: Any, guarded: Any) -> None:
    """A wrong password stays outside, the right one answers, in English."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(guarded.url)
    for password in ("wrong", "correct horse"):
        page.locator("input").nth(0).fill("lihua")
        page.locator("input[type=password]").fill(password)
        with page.expect_response("**/login*") as reply:
            page.locator("button", has_text="Login").click()
        assert reply.value.ok == (password != "wrong")
        if password == "wrong":
            expect(page.locator("#question")).to_have_count(0)
    expect(page.locator("#contents")).to_contain_text("sample articles: 23 documents")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("#question textarea").fill("火星上有多少家茶馆在卖宇航服？")
    page.locator("#send").click()
    expect(page.locator("#chat [data-testid=bot]")).to_contain_text("Related passages")
    context.close()
