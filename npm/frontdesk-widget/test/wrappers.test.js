// The wrappers as a server renders them. What they do in a browser is a browser journey's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { createSSRApp, h } from 'vue';
import { renderToString as renderVue } from 'vue/server-renderer';
import { FrontdeskChat as ReactChat } from 'frontdesk-widget/react';
import { FrontdeskChat as VueChat } from 'frontdesk-widget/vue';

const PROPS = { baseUrl: 'https://chat.example', site: 'shop', offsetX: 32 };

test('React renders a place for an inline chat and nothing for a launcher', () => {
  const html = renderToString(createElement(ReactChat, { ...PROPS, inline: true }));
  assert.equal(html, '<frontdesk-chat inline="" site="shop" offset-x="32"></frontdesk-chat>');
  assert.equal(renderToString(createElement(ReactChat, PROPS)), '');
});

test('Vue renders a place for an inline chat and nothing for a launcher', async () => {
  const render = (props) => renderVue(createSSRApp({ render: () => h(VueChat, props) }));
  assert.equal(await render({ ...PROPS, inline: true }), '<frontdesk-chat inline site="shop" offset-x="32"></frontdesk-chat>');
  assert.equal(await render(PROPS), '<!---->');
});
