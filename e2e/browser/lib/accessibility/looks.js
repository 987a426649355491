// The looks in which every state is judged: what the reader prefers, and how wide the window is.

/** As a state is walked to; every judgement comes back to it. */
export const WALK = { name: 'light-1280', colorScheme: 'light', width: 1280, height: 800 };

const PHONE = { width: 390, height: 844 };

/** A window of 1280 by 1024 at 400 % (1.4.10). */
export const ZOOMED = { name: 'zoom-400', colorScheme: 'light', width: 320, height: 256 };

/** What axe judges everywhere, and pictures are made of. */
export const LOOKS = [
  WALK,
  { name: 'dark-1280', colorScheme: 'dark', width: 1280, height: 800 },
  { name: 'light-390', colorScheme: 'light', ...PHONE },
  { name: 'dark-390', colorScheme: 'dark', ...PHONE },
  ZOOMED,
];

/** The reader's own colours: once, for they are the same in every language. */
export const FORCED = { name: 'forced-1280', colorScheme: 'dark', forcedColors: 'active', width: 1280, height: 800 };

/** A small phone, and a phone on its side (1.3.4): only that everything is within reach is judged. */
export const NARROW = [
  { name: 'narrow-320', colorScheme: 'light', width: 320, height: 640 },
  { name: 'landscape-844', colorScheme: 'light', width: 844, height: 390 },
];

/** Lets a page be looked at so, and waits until it has come to rest. */
export async function put(page, look) {
  const { colorScheme, forcedColors = 'none', width, height } = look;
  await page.emulateMedia({ colorScheme, forcedColors, reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height });
  const atRest = async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const ending = document.getAnimations().filter((it) => it.effect.getComputedTiming().endTime < 5000);
    // What is taken back by another change has ended too.
    await Promise.allSettled(ending.map((it) => it.finished));
  };
  for (const frame of page.frames()) await frame.evaluate(atRest);
}
