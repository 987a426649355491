// A mail server of few words (RFC 5321) that keeps what it takes.
import { createServer } from 'node:net';

/** Listens on a free port of this machine; `letters` has what came, as `{ to, data }`. */
export async function startMailServer() {
  const letters = [];
  const server = createServer((socket) => talk(socket, letters));
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    letters,
    url: `smtp://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((done) => server.close(done)),
  };
}

function talk(socket, letters) {
  let letter = { to: [] };
  let isText = false;
  let rest = '';
  const say = (line) => socket.write(`${line}\r\n`);
  const line = (text) => {
    if (isText) {
      if (text !== '.') letter.data += `${text.replace(/^\./, '')}\n`;
      else {
        letters.push(letter);
        letter = { to: [] };
        isText = false;
        say('250 OK');
      }
      return;
    }
    const word = text.split(/[ :]/)[0].toUpperCase();
    if (word === 'RCPT') letter.to.push(/<(.*?)>/.exec(text)[1]);
    if (word === 'DATA') {
      isText = true;
      letter.data = '';
    }
    say({ DATA: '354 Go on', QUIT: '221 Bye' }[word] ?? '250 OK');
    if (word === 'QUIT') socket.end();
  };
  socket.setEncoding('utf8');
  // Whoever breaks off has sent nothing.
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const lines = (rest + chunk).split('\r\n');
    rest = lines.pop();
    lines.forEach(line);
  });
  say('220 mail.example');
}
