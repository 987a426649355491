// The agent's side: the console.
import { shot } from '../lib/browser.js';
import { expectSoon } from '../lib/expect.js';

export class Agent {
  constructor(page, url) {
    this.page = page;
    this.url = url;
    this.queue = page.getByTestId('queue-item');
    this.mine = page.getByTestId('mine-item');
    this.messages = page.getByTestId('message');
    this.composer = page.getByTestId('composer');
    this.waiting = page.getByTestId('waiting');
    this.typing = page.getByTestId('typing');
  }

  async signIn(name, password = 'demo') {
    await this.page.goto(`${this.url}/console/`);
    await this.page.getByTestId('signin-name').fill(name);
    await this.page.getByTestId('signin-password').fill(password);
    await this.page.getByTestId('signin-submit').click();
  }

  async isOnline() {
    await this.page.locator('[data-testid="connection"][data-state="online"]').waitFor({ state: 'attached' });
  }

  /** Takes the first waiting conversation that shows this text. */
  async takeNext(text = '') {
    const item = this.queue.filter({ hasText: text }).first();
    await item.getByTestId('take').click();
    await this.composer.waitFor();
    await expectSoon(() => this.composer.isEnabled(), true, 'the agent may write');
  }

  /** Lets somebody in from the lobby (`admit`) or sends them away (`reject`). */
  async answerLobby(name, answer) {
    const row = this.waiting.filter({ hasText: name });
    await row.getByTestId(answer).click();
    await expectSoon(() => row.count(), 0, `${name} waits no more`);
  }

  /** Makes a meeting and answers its link. */
  async makeMeeting(subject, { lobby = false } = {}) {
    await this.page.getByTestId('new-meeting').click();
    await this.page.getByTestId('meeting-subject').fill(subject);
    await shot(this.page, 'meeting-dialog');
    if (lobby) await this.page.getByTestId('meeting-lobby').check();
    await this.page.getByTestId('meeting-create').click();
    const link = this.page.getByTestId('meeting-link');
    await link.waitFor();
    await expectSoon(() => this.composer.isEnabled(), true, 'the agent may write in the meeting');
    return link.innerText();
  }

  async say(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  async sees(text) {
    await expectSoon(() => this.messages.filter({ hasText: text }).count(), 1, `the agent sees "${text}" once`);
  }

  /** Looks at the own conversation that shows this text in the list. */
  async look(text) {
    await this.mine.filter({ hasText: text }).first().click();
  }

  /** Waits until the console says that a message got exactly so far. */
  async stands(text, state) {
    const item = this.messages.filter({ hasText: text });
    await expectSoon(() => item.first().getAttribute('data-delivery'), state, `"${text}" is ${state} for the agent`);
  }

  async end() {
    await this.page.getByTestId('end-conversation').click();
    await this.page.getByTestId('confirm-end').click();
  }
}
