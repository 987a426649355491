// The chat as a Vue component: on the page while it is mounted.
import { defineComponent, h, onBeforeUnmount, onMounted, watch } from 'vue';
import { define, load } from 'frontdesk-widget';

const OPTIONS = ['site', 'color', 'image', 'label', 'locale', 'offsetX', 'offsetY', 'position', 'radius', 'theme', 'zIndex'];

/** `inline` puts the chat where the component stands; otherwise there is a launcher. Emits `ready` with the chat. */
export const FrontdeskChat = defineComponent({
  name: 'FrontdeskChat',
  props: { baseUrl: String, version: String, integrity: String, inline: Boolean, ...Object.fromEntries(OPTIONS.map((it) => [it, null])) },
  emits: ['ready'],
  setup(props, { emit }) {
    const options = () => Object.fromEntries(OPTIONS.map((it) => [it, props[it]]).filter(([, value]) => value != null));
    let chat;
    let isGone = false;

    onMounted(async () => {
      const { baseUrl, version, integrity } = props;
      await define({ baseUrl, version, integrity });
      if (isGone) return;
      chat = await load({ baseUrl, ...(props.inline ? {} : options()) });
      if (isGone) leave();
      else emit('ready', chat);
    });
    const leave = () => {
      isGone = true;
      if (!props.inline) chat?.destroy();
    };
    onBeforeUnmount(leave);
    watch(options, (wishes) => props.inline || chat?.update(wishes), { deep: true });

    return () => (props.inline ? h('frontdesk-chat', { inline: '', ...attributes(options()) }) : null);
  },
});

/** `offsetX` is written `offset-x` in markup. */
function attributes(options) {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name.replace(/[A-Z]/g, (it) => `-${it.toLowerCase()}`), value]));
}
