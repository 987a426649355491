// Makes contact sheets of the accessibility journey's pictures: `FRONTDESK_SHOTS=dir npm run sheets`, one sheet for each look.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startBrowser } from './lib/browser.js';

const folder = process.env.FRONTDESK_SHOTS;
if (!folder) throw new Error('FRONTDESK_SHOTS is not set: run the journey `accessibility` with it, then this');
const browser = await startBrowser();
try {
  const sheets = new Map();
  for (const name of (await readdir(folder)).sort()) {
    const [, part, state, look] = /^(widget|console)-(.*?)-((?:en|ar)-.*)\.png$/.exec(name) ?? [];
    if (!look) continue;
    const sheet = `sheet-${part}-${look}`;
    const url = `data:image/png;base64,${await readFile(join(folder, name), 'base64')}`;
    // Of a wide window the widget's corner is shown; it is what changes.
    const isCorner = part === 'widget' && look.endsWith('1280') && !state.startsWith('meeting');
    const style = isCorner ? 'width:420px;height:760px;object-fit:none;object-position:100% 100%' : look.endsWith('1280') ? 'width:640px' : 'width:390px';
    sheets.set(sheet, `${sheets.get(sheet) ?? ''}<figure><figcaption>${state}</figcaption><img style="${style}" src="${url}"></figure>`);
  }
  for (const [name, pictures] of sheets) {
    const page = await browser.newPage({ viewport: { width: 2200, height: 800 } });
    const source = join(folder, `${name}.html`);
    await writeFile(source, `<style>body{display:flex;flex-wrap:wrap;gap:12px;font:20px sans-serif;background:#777}figure{margin:0}img{display:block}</style>${pictures}`);
    await page.goto(pathToFileURL(source).href);
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    await rm(source);
    await page.close();
    process.stdout.write(`${name}.png\n`);
  }
} finally {
  await browser.close();
}
