// Starts the real server for a test file and stops it again; nothing is left running.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 10_000;

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the journeys with \`cargo xtask test\``);
  return value;
}

/** A port of this machine that was free a moment ago. */
export async function freePort() {
  const probe = createServer();
  await new Promise((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/**
 * The running server: `url`, `restart()` after a crash, `kill()` as kill -9 does, `stop()`.
 * `config` is the text of its configuration file; `demo` whether it is the demonstration; `port` a free one.
 */
export async function startServer({ config = '', demo = true, port: wanted } = {}) {
  const port = wanted ?? (await freePort());
  const data = await mkdtemp(join(tmpdir(), 'frontdesk-e2e-'));
  const url = `http://127.0.0.1:${port}`;
  const file = join(data, 'frontdesk.toml');
  await writeFile(file, config);
  let child;
  let log = '';

  async function launch() {
    child = spawn(
      needed('FRONTDESK_BIN'),
      [
        'serve', ...(demo ? ['--demo'] : []), '--config', file, '--listen', `127.0.0.1:${port}`, '--data', data,
        '--assets', needed('FRONTDESK_ASSETS'),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    child.stdout.on('data', (chunk) => (log += chunk));
    child.stderr.on('data', (chunk) => (log += chunk));
    const until = Date.now() + START_MS_MAX;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the server stopped at once:\n${log}`);
      const answer = await fetch(`${url}/healthz`).catch(() => null);
      if (answer?.ok) return;
      if (Date.now() > until) throw new Error(`the server did not answer /healthz:\n${log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function end(signal) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await gone;
    clearTimeout(timer);
  }

  await launch();
  return {
    url,
    log: () => log,
    kill: () => end('SIGKILL'),
    restart: launch,
    async stop() {
      await end('SIGTERM');
      await rm(data, { recursive: true, force: true });
    },
  };
}
