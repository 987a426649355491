// What a file's tests run against: servers, browsers, programs.
import { after } from 'node:test';

const running = [];

/** What is started, for as long as the file's tests run; the last one ends first. What does not start ends the others. */
export async function during(start) {
  try {
    const it = await start;
    running.push(it);
    return it;
  } catch (why) {
    await end();
    throw why;
  }
}

async function end() {
  for (let it; (it = running.pop()); ) await (it.stop ? it.stop() : it.close());
}

after(end);
