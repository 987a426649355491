// Compiled, never run: what a customer writes has types, and what is wrong is refused.
import { load, type Frontdesk } from 'frontdesk-widget';
import { FrontdeskChat as ReactChat } from 'frontdesk-widget/react';
import { FrontdeskChat as VueChat } from 'frontdesk-widget/vue';

const chat: Frontdesk = await load({ baseUrl: 'https://chat.example', site: 'shop', offsetX: 32, theme: 'auto' });
const stop: () => void = chat.on('unread', (count) => count.toFixed());
chat.once('chat:assigned', (name) => name.toUpperCase());
chat.open({ draft: 'About my order' });
chat.identify({ id: 'u-1', email: 'vera@shop.example', token: 'signed' });
chat.setAttributes({ plan: 'gold', orders: 3, trial: null });
chat.addTags('vip', ['shoes']);
chat.track('added to cart', { sku: 7 });
chat.on('queue', (it) => it?.position.toFixed());
const count: number = chat.get('unread');
const state: 'none' | 'hidden' | 'closed' | 'open' = chat.get('state');
addEventListener('frontdesk:unread', ({ detail }) => detail.toFixed());
ReactChat({ baseUrl: 'https://chat.example', site: 'shop', inline: true, on: { unread: (it) => it.toFixed() } });
void [stop, count, state, VueChat];

// @ts-expect-error there is no such event
chat.on('reedy', () => {});
// @ts-expect-error a theme is one of three
chat.setTheme('pink');
// @ts-expect-error it has to be said where the server is
void load({ site: 'shop' });
// @ts-expect-error an attribute is plain
chat.setAttributes({ deep: {} });
// @ts-expect-error there is nothing of that name to ask for
chat.get('everything');
