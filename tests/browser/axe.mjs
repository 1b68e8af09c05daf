/* axe-core over the browser's debugging protocol, which no content security policy hinders. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

/* What axe finds wrong by WCAG 2.2 AA in what @within selects: "rule: places". @modules: where npm installed axe-core. */
export async function violations(browser, modules, within = "html") {
  const source = readFileSync(createRequire(resolve(modules, "x.js")).resolve("axe-core/axe.min.js"), "utf8");
  const protocol = await browser.context.newCDPSession(browser.page);
  try {
    await protocol.send("Runtime.evaluate", { expression: source });
    const run = `axe.run(${JSON.stringify(within)}, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
      .then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ": " + nodes.map(({ target, failureSummary }) => target.join(" ") + " (" + failureSummary.split("\\n").slice(1, 2).join("").trim() + ")").slice(0, 4).join("; "))))`;
    const { result } = await protocol.send("Runtime.evaluate", { expression: run, awaitPromise: true, returnByValue: true });
    return JSON.parse(result.value);
  } finally {
    await protocol.detach();
  }
}
