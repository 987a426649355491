// The chat as a React component: on the page while it is mounted.
import { createElement, useEffect, useRef } from 'react';
import { define, load } from 'frontdesk-widget';

/** `inline` puts the chat where the component stands; otherwise there is a launcher. Renders nothing on a server. */
export function FrontdeskChat({ baseUrl, version, integrity, inline, onReady, on, ...options }) {
  const shown = useRef(null);
  const wishes = JSON.stringify(options);

  useEffect(() => {
    let isGone = false;
    const source = { baseUrl, version, integrity };
    const loaded = inline ? define(source).then(() => load(source)) : load({ ...source, ...JSON.parse(wishes) });
    loaded.then((chat) => {
      if (isGone) return inline ? undefined : chat.destroy();
      shown.current = chat;
      for (const [name, callback] of Object.entries(on ?? {})) chat.on(name, callback);
      onReady?.(chat);
    }, (error) => isGone || console.error(error));
    return () => {
      isGone = true;
      if (!inline) shown.current?.destroy();
      shown.current = null;
    };
    // Options change the chat that is there, see below.
  }, [baseUrl, version, integrity, inline]);

  useEffect(() => {
    if (!inline) shown.current?.update(JSON.parse(wishes));
  }, [wishes, inline]);

  return inline ? createElement('frontdesk-chat', { inline: '', ...attributes(options) }) : null;
}

/** `offsetX` is written `offset-x` in markup. */
function attributes(options) {
  const entries = Object.entries(options).filter(([, value]) => value != null);
  return Object.fromEntries(entries.map(([name, value]) => [name.replace(/[A-Z]/g, (it) => `-${it.toLowerCase()}`), value]));
}
