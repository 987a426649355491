// Judges one state in all looks, and keeps what it found for the report.
import { askAxe, violation, WCAG } from '../axe.js';
import { shot } from '../browser.js';
import * as inPage from './in-page.js';
import { walkByTab } from './keyboard.js';
import { FORCED, LOOKS, NARROW, put, WALK, ZOOMED } from './looks.js';

/**
 * A judge of one part (`widget` or `console`) in one language. `findings` has a line for each check in each state and look:
 * `{ part, language, state, look, check, tags, outcome, faults }`, where outcome is `pass`, `fail`, or `review` where a person
 * has to look. What does not apply has no line.
 */
export class Judge {
  constructor(part, language) {
    this.part = part;
    this.language = language;
    this.findings = [];
  }

  /** The faults of all states as lines, none when all is well. */
  faults() {
    return this.findings.filter((it) => it.outcome === 'fail').map((it) => `${it.state}, ${it.look}, ${it.language}: ${it.faults.join('\n  ')}`);
  }

  /** `state` is a name, the `page`, the `frame` that is judged (or the page), `isHost` where that is the customer's, of which only the
   * chat is judged, and `again`, what keeps the state as it is. */
  async judge(state) {
    // Keys move the focus and what is scrolled, so they come last; and what is judged in another language is no longer.
    for (const look of LOOKS) await this.look(state, look);
    for (const look of NARROW) await this.narrow(state, look);
    if (this.language === 'en') {
      await this.look(state, FORCED);
      await put(state.page, WALK);
      await this.keys(state);
    }
    await put(state.page, WALK);
  }

  async look(state, look) {
    await this.put(state, look);
    // The launcher and the panel are judged in the customer's page: once where the widget's own document is what changes.
    const targets = state.isHost ? [] : [[state.frame]];
    if (state.isHost || (state.frame !== state.page && look === WALK)) targets.push([state.page, 'frontdesk-chat']);
    for (const [frame, selector] of targets) {
      const { violations, passes, incomplete } = await askAxe(frame, { selector, tags: WCAG });
      for (const it of passes) this.note(state, look, `axe ${it.id}`, 'pass', [], it.tags);
      for (const it of incomplete) this.note(state, look, `axe ${it.id}`, 'review', it.nodes, it.tags);
      for (const it of violations) this.note(state, look, `axe ${it.id}`, 'fail', [violation(it)], it.tags);
    }
    await this.own(state, look, 'motion');
    await this.own(state, look, 'errors');
    await this.own(state, look, 'purpose');
    if (look === ZOOMED) {
      await this.own(state, look, 'reflow');
      await this.own(state, look, 'reach');
    }
    // With the reader's own colours the browser draws what is here judged.
    if (look !== FORCED) await this.own(state, look, 'contrast');
    if (look !== FORCED) await this.own(state, look, 'ink');
    if (look === WALK) await this.own(state, look, 'names');
    if (look.width === 390) await this.own(state, look, 'spacing');
    await shot(state.page, `${this.part}-${state.name}-${this.language}-${look.name}`);
  }

  async narrow(state, look) {
    await this.put(state, look);
    await this.own(state, look, 'reflow');
    await this.own(state, look, 'reach');
  }

  async keys(state) {
    await state.again?.();
    await this.own(state, WALK, 'paste');
    const { count, faults } = await walkByTab(state.page, state.frame);
    if (count === 0) return;
    for (const check of ['keyboard', 'keyboard-trap', 'focus-seen', 'focus-uncovered']) {
      const found = faults.filter(([name]) => name === check).map(([, fault]) => fault);
      this.note(state, WALK, check, found.length > 0 ? 'fail' : 'pass', found);
    }
  }

  async put(state, look) {
    await put(state.page, look);
    await state.frame.evaluate(inPage.prepare);
    await state.again?.();
  }

  async own(state, look, check) {
    const faults = await state.frame.evaluate(inPage[check]);
    this.note(state, look, check, faults.length > 0 ? 'fail' : 'pass', faults);
  }

  note({ name }, look, check, outcome, faults, tags = []) {
    this.findings.push({ part: this.part, language: this.language, state: name, look: look.name, check, tags, outcome, faults });
  }
}
