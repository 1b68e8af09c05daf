/* A real OpenID provider (oidc-provider from npm) with people of its own, for tests, on loopback.
 *
 *   node provider.mjs --modules FOLDER --port N --redirect URL [--keys FILE] [--certificate FILE --key FILE]
 *
 * --keys: what it signs with, made and kept there by its first start.
 * Any password is right. PUT /test tells who there is and what goes wrong from now on:
 *   {"people": {"anna": {"preferred_username": "anna", "groups": ["noc"]}}, "fault": "expired"}
 * Faults are made after the provider has done its work, with its own key, so that all else is real. */
import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const text = { type: "string" };
const { values: given } = parseArgs({ options: { modules: text, port: text, redirect: text, keys: text, certificate: text, key: text } });
const load = (file) => import(pathToFileURL(join(given.modules, "node_modules", file)).href);
const { default: Provider } = await load("oidc-provider/lib/index.js");
const jose = await load("jose/dist/node/esm/index.js");

const CLIENT = "gantry";
const SECRET = "a secret: with % and +, of 40 characters";
const issuer = `${given.certificate ? "https" : "http"}://127.0.0.1:${given.port}`;
const hour = 3600;
const state = { people: {}, fault: "" };

function makeKey(kid) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
}
const kept = given.keys && existsSync(given.keys) ? JSON.parse(readFileSync(given.keys, "utf8")) : null;
const [key, other] = kept ?? [makeKey("first"), makeKey("second")];
const stranger = makeKey("third"); /* that nobody lists */
if (given.keys && !kept) writeFileSync(given.keys, JSON.stringify([key, other]), { mode: 0o600 });
const plain = ({ kty, n, e, kid, use, alg }) => ({ kty, n, e, kid, use, alg });

const provider = new Provider(issuer, {
  clients: [{ client_id: CLIENT, client_secret: SECRET, redirect_uris: [given.redirect], grant_types: ["authorization_code"], response_types: ["code"] }],
  jwks: { keys: [key] },
  cookies: { keys: ["of this test"] },
  claims: { openid: ["sub"], profile: ["preferred_username", "name", "groups"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true, methods: ["S256"] },
  ttl: { AccessToken: hour, AuthorizationCode: 60, IdToken: hour, Interaction: hour, Session: hour, Grant: hour },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => (state.people[id] ? { accountId: id, claims: (use) => claimsOf(id, use) } : undefined),
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});

/* "groups-by-userinfo": the ID token says who it is and nothing else, as with many providers. */
function claimsOf(id, use) {
  const bare = /userinfo/.test(state.fault) && use === "id_token";
  return { sub: id, ...(bare ? {} : state.people[id]) };
}

const sign = (claims, by = key, header = {}) => jose.importJWK(by, "RS256").then((secret) => new jose.SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: by.kid, ...header }).sign(secret, { crit: { strange: true } }));
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const hmac = (claims, secret) => new jose.SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(secret));
const now = () => Math.floor(Date.now() / 1000);

/* What becomes of an ID token. */
const tokens = {
  tampered: (claims, token) => [token.split(".")[0], encode({ ...claims, sub: "boss", groups: ["admins"] }), token.split(".")[2]].join("."),
  "no-signature": (_, token) => `${token.split(".").slice(0, 2).join(".")}.`,
  "odd-signature": (_, token) => token.replace(/\.([^.])[^.]([^.]*)$/, ".$1=$2"),
  none: (claims) => `${encode({ alg: "none" })}.${encode(claims)}.`,
  "hmac-secret": (claims) => hmac(claims, SECRET),
  "hmac-public-key": (claims) => hmac(claims, JSON.stringify(plain(key))),
  "unknown-key": (claims) => sign(claims, stranger),
  "stolen-kid": (claims) => sign(claims, { ...stranger, kid: key.kid }),
  critical: (claims) => sign(claims, key, { crit: ["strange"], strange: true }),
  "new-key": (claims) => sign(claims, other),
  "wrong-nonce": (claims) => sign({ ...claims, nonce: "of another login" }),
  "no-nonce": ({ nonce, ...claims }) => sign(claims),
  expired: (claims) => sign({ ...claims, iat: now() - 500, exp: now() - 100 }),
  future: (claims) => sign({ ...claims, iat: now() + 500, exp: now() + 1000 }),
  old: (claims) => sign({ ...claims, iat: now() - 3600 }),
  "wrong-audience": (claims) => sign({ ...claims, aud: "another-client" }),
  "several-audiences": (claims) => sign({ ...claims, aud: [CLIENT, "another-client"] }),
  "wrong-issuer": (claims) => sign({ ...claims, iss: "https://elsewhere.example" }),
  nobody: ({ sub, ...claims }) => sign(claims),
  "no-token": () => undefined,
};

/* What becomes of other answers. */
const answers = {
  "no-document": (ctx) => ctx.path.startsWith("/.well-known") && (ctx.status = 404),
  "document-of-another": (ctx) => ctx.path.startsWith("/.well-known") && (ctx.body = { ...ctx.body, issuer: "https://elsewhere.example" }),
  "plain-endpoint": (ctx) => ctx.path.startsWith("/.well-known") && (ctx.body = { ...ctx.body, token_endpoint: "file:///etc/passwd" }),
  huge: (ctx) => ctx.path.startsWith("/.well-known") && (ctx.body = { ...ctx.body, more: "x".repeat(1 << 20) }),
  deep: (ctx) => ctx.path.startsWith("/.well-known") && (ctx.type = "json") && (ctx.body = `${"[".repeat(50_000)}`),
  "new-key": (ctx) => ctx.path === "/jwks" && (ctx.body = { keys: [plain(key), plain(other)] }),
  "userinfo-of-another": (ctx) => ctx.path === "/me" && (ctx.body = { ...ctx.body, sub: "boss", groups: ["admins"] }),
  "redirect-document": (ctx) => ctx.path.startsWith("/.well-known") && ((ctx.status = 302), ctx.set("Location", `${issuer}/elsewhere`)),
  redirect: (ctx) => ctx.path === "/token" && ((ctx.status = 307), ctx.set("Location", `${issuer}/elsewhere`)),
};

provider.use(async (ctx, next) => {
  if (ctx.path === "/test" && ctx.method === "PUT") {
    const chunks = [];
    for await (const chunk of ctx.req) chunks.push(chunk);
    Object.assign(state, JSON.parse(Buffer.concat(chunks).toString()));
    ctx.body = {};
    return;
  }
  if (ctx.path === "/elsewhere") { /* would do for a document */
    ctx.body = { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` };
    return;
  }
  if (state.fault === "slow") await new Promise((done) => setTimeout(done, 60_000));
  await next();
  const token = ctx.path === "/token" && ctx.body?.id_token;
  if (token && tokens[state.fault]) ctx.body = { ...ctx.body, id_token: await tokens[state.fault](jose.decodeJwt(token), token) };
  answers[state.fault]?.(ctx);
});

const handle = provider.callback();
const server = given.certificate ? createTlsServer({ cert: readFileSync(given.certificate), key: readFileSync(given.key) }, handle) : createServer(handle);
server.listen(Number(given.port), "127.0.0.1", () => console.log(`provider at ${issuer}`));
