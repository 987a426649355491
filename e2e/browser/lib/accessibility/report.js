// Makes the conformance report of what the judges found: every line of it stands for a check that ran, or says that none did.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { ABSENT, CHECKS, CRITERIA, JOURNEYS, KNOWN, LOOKED } from './criteria.js';

const ROOT = new URL('../../../../', import.meta.url);
const OUT = new URL('target/accessibility/', ROOT);
const KEPT = new URL('docs/accessibility.md', ROOT);
const PARTS = ['widget', 'console'];

const unique = (all) => [...new Set(all)];
const ofPart = (findings, part) => findings.filter((it) => it.part === part);

/** The findings that say something about a criterion. Rules of axe carry it as a tag, such as `wcag1410`. */
function about({ number }, findings) {
  const tag = `wcag${number.replaceAll('.', '')}`;
  return findings.filter((it) => {
    // A phone on its side: all that is there can be reached.
    if (number === '1.3.4') return it.look.startsWith('landscape');
    return it.tags.includes(tag) || CHECKS[it.check]?.slice(1).includes(number);
  });
}

const journeysFor = ({ number }) => JOURNEYS.filter(([, , , ...numbers]) => numbers.includes(number));

/** What is known of a criterion in one part, in the words of the legend. */
function outcome(criterion, part, findings) {
  const all = about(criterion, ofPart(findings, part));
  const failed = unique(all.filter((it) => it.outcome === 'fail').map((it) => it.state));
  if (failed.length > 0) return `**Fault found**: ${failed.join(', ')}`;
  const known = KNOWN[criterion.number]?.[part];
  if (known) return `**Fault known**: ${known}`;
  const isTried = all.some((it) => it.outcome === 'pass') || journeysFor(criterion).some(([, , parts]) => parts.includes(part));
  if (isTried) return 'No fault found';
  if (LOOKED[criterion.number]) return 'Looked at';
  return ABSENT[criterion.number] ? 'Not applicable' : 'Not evaluated';
}

/** By what a criterion was judged. */
function how(criterion, findings) {
  const all = about(criterion, findings);
  const rules = unique(all.filter((it) => it.check.startsWith('axe ') && it.outcome !== 'review').map((it) => `\`${it.check.slice(4)}\``)).sort();
  const own = unique(all.filter((it) => CHECKS[it.check]).map((it) => CHECKS[it.check][0]));
  const journeys = journeysFor(criterion).map(([file, name]) => `journey \`${file}\`: ${name} …`);
  const parts = [rules.length > 0 ? `axe ${rules.join(', ')}` : '', ...own, ...journeys];
  if (LOOKED[criterion.number]) parts.push(`by eye: ${LOOKED[criterion.number]}`);
  if (ABSENT[criterion.number]) parts.push(ABSENT[criterion.number]);
  return parts.filter(Boolean).join('; ').replace(/ ?\.?$/, '.');
}

/** What axe could not decide somewhere, by part and rule; report.json says where. */
function undecided(findings) {
  const open = findings.filter((it) => it.outcome === 'review');
  return unique(open.map((it) => `- ${it.part}: \`${it.check.slice(4)}\``)).sort();
}

/** The report as Markdown; there is nothing in it that another run would tell otherwise. */
function markdown(findings) {
  const row = (it) => `| ${it.number} ${it.name} | ${it.level} | ${it.clause ?? '(new in 2.2)'} | ${PARTS.map((part) => outcome(it, part, findings)).join(' | ')} | ${how(it, findings)} |`;
  const states = (part) => unique(ofPart(findings, part).map((it) => it.state));
  const of = (part, key) => unique(ofPart(findings, part).map((it) => it[key])).join(', ');
  const open = undecided(findings);
  return `# Accessibility

<!-- Made by \`npm run accessibility\` in e2e/browser. Do not edit: the words are in e2e/browser/lib/accessibility. -->

What a run of the journey \`accessibility\` found: it walks a visitor and an agent into every state in real Chromium and judges each against
WCAG 2.2, levels A and AA, which is what EN 301 549 chapter 9 asks of web content (there by WCAG 2.1; the clause is named).
The run fails where a fault is found, and where this page is not what it would write.

- **No fault found**: programs judged it, in the ways named, in every state where it applies. Programs find a part of all faults.
- **Fault known**: the developers know of one that is not mended yet.
- **Looked at**: no program judges it; the developers looked at code and pictures and saw no fault.
- **Not applicable**: there is nothing of the kind.
- **Not evaluated**: nobody has judged it.

This is the developers' own report. Nobody who depends on a screen reader, on magnification or on other aids has tried the product for it, and no
screen reader ran: what one is told is judged by the document (roles, names, live regions). Chapters 5, 11 and 12 of EN 301 549 (hardware, software,
documentation) are not part of it; chapter 6 (two-way voice) does not apply. What a site adds (its colours, form and greetings) is the site's,
except that its colours are made readable by the server.

## Criteria

| Criterion | Level | EN 301 549 | Widget | Console | How |
|---|---|---|---|---|---|
${CRITERIA.map(row).join('\n')}

## States

${PARTS.map((part) => `**${part}**, ${states(part).length} states in ${of(part, 'language')}: ${states(part).join(', ')}.`).join('\n\n')}

## Looks

Each state in each of: ${of('widget', 'look')}. The number is the width of the window in pixels; \`zoom-400\` is a window of 1280 by 1024 pixels at 400 %,
\`forced\` the reader's own colours, \`narrow\` and \`landscape\` small phones.
Tab and pasting are tried in English at light-1280, spacing at 390.

## What axe leaves to a person

${open.length > 0 ? `These rules could not decide for some elements (target/accessibility/report.json says which); the contrast of every text is measured beside them.\n\n${open.join('\n')}` : 'Nothing.'}
`;
}

/** The tests that the report names are there; otherwise their names as lines. */
async function missingTests() {
  const missing = [];
  for (const [file, name] of JOURNEYS) {
    const source = await readFile(new URL(`../../journeys/${file}.test.js`, import.meta.url), 'utf8');
    if (!source.includes(name)) missing.push(`${file}: ${name}`);
  }
  return missing;
}

/**
 * Writes target/accessibility/report.json (all findings) and report.md. Answers with what is wrong with docs/accessibility.md, which it
 * writes anew where ACCESSIBILITY_REPORT is `write`.
 */
export async function report(findings) {
  await mkdir(OUT, { recursive: true });
  const text = markdown(findings);
  await writeFile(new URL('report.json', OUT), JSON.stringify(findings, undefined, 1));
  await writeFile(new URL('report.md', OUT), text);
  if (process.env.ACCESSIBILITY_REPORT === 'write') await writeFile(KEPT, text);
  const faults = (await missingTests()).map((it) => `there is no test "${it}"`);
  const kept = await readFile(KEPT, 'utf8').catch(() => '');
  if (kept !== text) faults.push('docs/accessibility.md is not what target/accessibility/report.md says: look at it, then run `npm run accessibility`');
  return faults;
}
