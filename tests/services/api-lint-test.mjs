/* api.yaml by Redocly's own rules: no error. GANTRY_MODULES: where its engine is installed. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const { createConfig, lint, lintFromString } = createRequire(`${process.env.GANTRY_MODULES}/`)("@redocly/openapi-core");
const RULES = {
  "no-path-trailing-slash": "off" /* /problems/ is a folder of pages for people */,
  "operation-2xx-response": "off" /* a login at the provider is a redirect */,
  "operation-4xx-response": "off" /* what any route may refuse is told once, at the head of the document */,
  "tag-description": "off" /* their names say it */,
};

const config = () => createConfig({ extends: ["recommended"], rules: RULES });
const words = (found) => found.map(({ severity, ruleId, message, location }) => `${severity} ${ruleId}: ${message} ${location[0]?.pointer ?? ""}`);

test("redocly has nothing to say about api.yaml", async () => {
  assert.deepEqual(words(await lint({ ref: process.env.GANTRY_API, config: await config() })), []);
});

test("redocly does find a mistake", async () => {
  const wrong = 'openapi: 3.1.0\ninfo: {title: x, version: "1", license: {name: MIT, identifier: MIT}}\npaths: {/a: {get: {operationId: a, summary: a, security: [], responses: {"200": {description: ok, words}}}}}\n';
  assert.match(words(await lintFromString({ source: wrong, absoluteRef: "/api.yaml", config: await config() })).join("\n"), /^error struct: Property `words`/m);
});
