// Two soft tones, made by the browser, when a message comes and nobody looks at the chat in any tab of this browser:
// once for all of them. And what came while the chat stood open in a tab that nobody looked at is unread there.
//
// Tabs know of each other by locks of the browser, whose names are the visitor's: who looks holds LOOKING together with
// the others who look, who sounds holds SOUNDING. Where locks are denied a tab is alone.

const LOOKING = `${SESSION}:looking`;
const SOUNDING = `${SESSION}:sounding`;
/** For which no other tab sounds, and this one not again. */
const SOUND_MS = 2_000;
/** Frequencies of the tones in Hz and when each begins, in seconds; as the agents' console has them. */
const TONES = [[587.33, 0], [880, 0.16]];
/** How long a tone fades, in seconds. */
const FADE_S = 0.45;
/** How loud, of 1. */
const LOUDNESS = 0.09;
/** Messages that came while the chat stood open and nobody looked. */
let missed = 0;
/** Lets go of LOOKING. */
let lookAway;

/** Whether the visitor wants sounds. */
const wantsSound = () => kept(SOUND) !== 'off';

/** Whether the chat is open in a tab that is seen. */
const looks = () => isOpened && isLooking && !document.hidden;

/** Holds LOOKING while the visitor looks. */
function showLooking() {
  if (!looks()) {
    lookAway?.();
    lookAway = undefined;
    return;
  }
  if (missed) emit('unread', (missed = 0));
  if (lookAway) return;
  const isOver = new Promise((resolve) => (lookAway = resolve));
  navigator.locks?.request(LOOKING, { mode: 'shared' }, () => isOver).catch(() => {});
}

/** Whether the visitor looks at the chat in this tab or another one. */
async function isSeen() {
  if (looks()) return true;
  try {
    return (await navigator.locks.query()).held.some(({ name }) => name === LOOKING);
  } catch {
    return false;
  }
}

/** A message came. */
async function received() {
  if (await isSeen()) return;
  // While the chat is closed the program counts.
  if (isLooking) emit('unread', ++missed);
  if (!site.sound || !wantsSound()) return;
  // Browsers let only pages sound in which somebody did something: the others leave it to these.
  if (navigator.userActivation?.hasBeenActive === false) return;
  await navigator.locks?.request(SOUNDING, { ifAvailable: true }, (lock) => lock && sound()).catch(sound);
}

/** Plays the tones; over when the next may come. */
async function sound() {
  const audio = new AudioContext();
  const begin = audio.currentTime;
  for (const [hertz, after_s] of TONES) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at_s = begin + after_s;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, at_s);
    volume.gain.exponentialRampToValueAtTime(LOUDNESS, at_s + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at_s + FADE_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(at_s);
    tone.stop(at_s + FADE_S);
  }
  await new Promise((resolve) => setTimeout(resolve, SOUND_MS));
  await audio.close();
}

document.addEventListener('visibilitychange', showLooking);
addEventListener('message', ({ data, source }) => {
  if (data?.frontdesk !== 1 || isGone) return;
  if (source === window && data.tell === 'message:received') received();
  // queue.js has heard the same, and knows by now.
  else if (data.type === 'open' || data.type === 'close') showLooking();
  // What the program counted while the chat was being opened is seen.
  if (source === parent && data.type === 'open') emit('unread', (missed = 0));
});
