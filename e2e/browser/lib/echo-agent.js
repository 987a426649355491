// Starts the third-party agent, a Python program that knows the protocol and nothing of ours, and ends it again.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { WAIT_MS } from './browser.js';

const PROGRAM = fileURLToPath(new URL('../../echo_agent/echo_agent.py', import.meta.url));
const STOP_MS_MAX = 10_000;

/** The agent, reachable: `log()` is all it said, `stop()` signs it out and gives its exit code. */
export async function startEchoAgent(server, user, password, options = []) {
  const child = spawn('python3', [PROGRAM, '--server', server, '--user', user, ...options], {
    env: { ...process.env, ECHO_AGENT_PASSWORD: password, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => (log += chunk));
  const gone = new Promise((resolve, reject) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', (error) => reject(new Error(`python3 does not start (${error.message}); run \`cargo xtask setup\``)));
  });
  gone.catch(() => {});

  const until = Date.now() + WAIT_MS;
  while (!log.includes('reachable')) {
    if (child.exitCode !== null) throw new Error(`the agent ended at once:\n${log}`);
    if (child.pid === undefined) await gone;
    if (Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`the agent did not become reachable:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    log: () => log,
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      child.kill('SIGTERM');
      return gone.finally(() => clearTimeout(timer));
    },
  };
}
