#!/bin/sh
# The browser of the suite's machine: what xdg-open starts with a URL, by $BROWSER. The suite copies it beside the profile.
#
# A headless Chromium does not hand a URL to the one that is running, as one on a desktop does: it ends with "Failed to create
# a ProcessSingleton". So the second URL goes to the running one over its debugging port, and opens a tab there.
#
# LATCHKEY_TEST_CHROMIUM is the program. May touch: its own directory.
set -eu
here=$(dirname "$0")

# Of two at the same time only one succeeds.
if mkdir "$here/running" 2>/dev/null; then
    code=0
    "$LATCHKEY_TEST_CHROMIUM" \
        --headless=new --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage \
        --no-first-run --no-default-browser-check --disable-background-networking --disable-component-update \
        --disable-sync --disable-default-apps --disable-extensions \
        --host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE ::1, EXCLUDE localhost" \
        --window-size=1000,700 --user-data-dir="$here/profile" --remote-debugging-port=0 "$1" \
        2>"$here/browser.log" || code=$?
    # The player has closed it; the next URL starts it again.
    rm -f "$here/profile/DevToolsActivePort"
    rmdir "$here/running"
    exit "$code"
fi

exec node --input-type=module -e '
    import { readFile } from "node:fs/promises";
    const [file, url] = process.argv.slice(1);
    for (const deadline = Date.now() + 20_000; ; ) {
        try {
            const [port] = (await readFile(file, "utf8")).split("\n");
            const answer = await fetch(`http://127.0.0.1:${port}/json/new?${encodeURIComponent(url)}`, { method: "PUT" });
            process.exit(answer.ok ? 0 : 1);
        } catch (problem) {
            if (Date.now() > deadline) throw problem;
            await new Promise((later) => setTimeout(later, 20));
        }
    }
' "$here/profile/DevToolsActivePort" "$1"
