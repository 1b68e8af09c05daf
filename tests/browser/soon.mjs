/* Assertions about what comes with time. Each is tried until it holds; one that never does fails with its own message.
 * What stands already is asserted at once, by assert: only what may come later than the line before belongs here. */
import assert from "node:assert/strict";

const WITHIN_MS = 60_000; /* of a machine that has much else to do; whoever passes does not wait for it */
const EVERY_MS = 50;

/* Resolves to what @assertion gives once it does not throw; rejects with what it threw last. */
export async function soon(assertion) {
  for (const end = Date.now() + WITHIN_MS; ; ) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}

/* As those of assert, of what @read gives. */
soon.equal = (read, wanted, why) => soon(async () => assert.equal(await read(), wanted, why));
soon.deepEqual = (read, wanted, why) => soon(async () => assert.deepEqual(await read(), wanted, why));
soon.match = (read, pattern, why) => soon(async () => assert.match(await read(), pattern, why));
soon.ok = (read, why) => soon(async () => assert.ok(await read(), why));
