/* Ports for a test's own servers and streams: below those that the system gives to connections by itself, so that nobody takes one
 * while its server is away, and no two tests that run at once have the same. */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 200;

const someFirst = (count) => FIRST + Math.floor(Math.random() * (LAST - FIRST - count));

const isFreeTcp = (port) =>
  new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });

const isFreeUdp = (port) =>
  new Promise((done) => {
    const socket = createSocket("udp4");
    socket.once("error", () => socket.close(() => done(false)));
    socket.bind({ port, exclusive: true }, () => socket.close(() => done(true)));
  });

async function find(count, isFree, kind) {
  for (let i = 0; i < TRIES; i += 1) {
    const first = someFirst(count);
    const free = await Promise.all(Array.from({ length: count }, (_, n) => isFree(first + n)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`no ${count} ${kind} ports in a row are free from ${FIRST} to ${LAST}`);
}

/* A TCP port of 127.0.0.1 on which nobody listens. */
export const freePort = () => find(1, isFreeTcp, "TCP");
/* The first of @count UDP ports in a row that nobody has bound on any address. */
export const freeUdpPorts = (count) => find(count, isFreeUdp, "UDP");
