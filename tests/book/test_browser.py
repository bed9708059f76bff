"""The pages in a real browser: formulas are set, and no request leaves the book."""

import pytest

from tools.browser import find_chromium, open_browser

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed"),
]

# sphinx-thebe, which Jupyter Book always loads, writes its (unused) constants twice
KNOWN = "Identifier 'THEBE_JS_URL' has already been declared"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["index", "00-introduction", "01-vanilla-rnn"])
def test_page_works_without_a_network(html, name, dark):
    with open_browser(dark=dark) as page:
        requests, errors = [], []
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console", lambda m: errors.append(m.text) if m.type == "error" else None
        )
        page.goto((html / f"{name}.html").as_uri())
        if name != "index":
            page.wait_for_selector("mjx-container")
            assert page.locator("mjx-merror").count() == 0
            assert page.locator("img[src*='_images/']").count() > 0
        broken = page.evaluate(
            "[...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.src)"
        )
        theme = page.evaluate("document.documentElement.dataset.theme")
    assert broken == []
    assert [error for error in errors if error != KNOWN] == []
    assert [url for url in requests if not url.startswith("file:")] == []
    assert theme == ("dark" if dark else "light")


def test_wide_pages_do_not_overflow_a_phone(html):
    with open_browser(width=390, height=800) as page:
        page.goto((html / "01-vanilla-rnn.html").as_uri())
        page.wait_for_selector("mjx-container")
        width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
