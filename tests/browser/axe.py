"""Ask axe-core what breaks WCAG 2.2 AA in a part of a page."""

import json

from axe_playwright_python.base import AXE_SCRIPT

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page, part, left_out=()):
    """Return what axe-core finds within `part`, a CSS selector, one line a place; `left_out` are selectors."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    where = {"include": [[part]], "exclude": [[one] for one in left_out]}
    # The size of targets is the one rule of these levels that axe-core leaves off by itself.
    options = {"runOnly": LEVELS, "rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
    found = page.evaluate(f"axe.run({json.dumps(where)}, {json.dumps(options)})")
    assert found["passes"], f"axe-core found nothing to look at in {part}"
    return [f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]
